import { renameSync, unlinkSync, writeFileSync } from 'node:fs';

/** Says which file it was: that of another installation, or another version, differs in one of these. */
export type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, inode: number];

/** A module with its compiled code. */
export interface KeptModule {
  readonly stamp: Stamp;
  /** What was compiled. */
  readonly text: string;
  readonly code: Uint8Array;
}

/** Of the functions of `@multiprocess/native`, those that files of the cache need. */
export interface Sealing {
  readSealed(path: string): [ArrayBuffer, ...string[]] | null;
  seal(bytes: Uint8Array): boolean;
}

// A file is a sealed one of the native part, which checks that it is whole: V8 checks only that it has made the code, and crashes if
// that was damaged. In words of WORD bytes:
//   0    the checksum
//   1    how many texts there are
//   2…   how many bytes each text has
// Then come the texts, of which the first is a line of JSON about the modules and the others are the modules, and then the code of
// each. Each code begins at a whole word: V8 copies what does not.
const WORD = 8;
/** Of what stands above. Versions that write it in another way have files of their own. */
export const FORMAT = 1;

type Entry = readonly [path: string, stamp: Stamp, codeBytes: number];

/** The modules in that file, by their paths; none if it is not this user's alone, or not whole. */
export function readKept(file: string, sealing: Sealing): ReadonlyMap<string, KeptModule> {
  try {
    return modulesIn(sealing.readSealed(file) ?? []);
  } catch {
    return new Map(); // whole, but not as this version writes it
  }
}

function modulesIn([buffer, ...texts]: readonly [] | readonly [ArrayBuffer, ...string[]]): Map<string, KeptModule> {
  const modules = new Map<string, KeptModule>();
  if (buffer === undefined) return modules;
  const entries = JSON.parse(texts[0]!) as readonly Entry[];
  let at = codeStart(texts);
  for (const [i, [path, stamp, codeBytes]] of entries.entries()) {
    modules.set(decodeURI(path), { stamp, text: texts[i + 1]!, code: new Uint8Array(buffer, at, codeBytes) });
    at = aligned(at + codeBytes);
  }
  return modules;
}

/** Replaces that file as a whole: processes may read and write at once, and be killed meanwhile. */
export function writeKept(file: string, modules: ReadonlyMap<string, KeptModule>, sealing: Sealing): void {
  const bytes = sealed(modules, sealing);
  const whole = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`; // no other thread's
  try {
    writeFileSync(whole, bytes, { flag: 'wx', mode: 0o600 });
    renameSync(whole, file);
  } catch (error) {
    remove(whole);
    throw error;
  }
}

function sealed(modules: ReadonlyMap<string, KeptModule>, sealing: Sealing): Uint8Array {
  const all = [...modules.values()];
  const header = [...modules].map(([path, { stamp, code }]): Entry => [encodeURI(path), stamp, code.length]);
  const texts = [`${JSON.stringify(header)}\n`, ...all.map(({ text }) => text)];
  let at = codeStart(texts);
  const bytes = Buffer.alloc(all.reduce((end, { code }) => aligned(end + code.length), at));
  const lengths = [texts.length, ...texts.map(({ length }) => length)].map(BigInt);
  new BigUint64Array(bytes.buffer, bytes.byteOffset).set(lengths, 1);
  bytes.write(texts.join(''), textsStart(texts), 'latin1');
  for (const { code } of all) {
    bytes.set(code, at);
    at = aligned(at + code.length);
  }
  if (!sealing.seal(bytes)) throw new Error(`${bytes.length} bytes cannot be sealed`);
  return bytes;
}

function textsStart(texts: readonly string[]): number {
  return (2 + texts.length) * WORD;
}

function codeStart(texts: readonly string[]): number {
  return aligned(texts.reduce((end, { length }) => end + length, textsStart(texts)));
}

function aligned(position: number): number {
  return Math.ceil(position / WORD) * WORD;
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it was not made
  }
}
