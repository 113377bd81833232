import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
// eslint-disable-next-line no-restricted-imports -- a child runs this before any code of the user: there are no fakes yet
import { setTimeout } from 'node:timers';
import type { Script } from 'node:vm';

/** How long after its start a child keeps what it has compiled, if it has not ended before. */
const KEEP_AFTER_MS = 1000;
/** Node's flags that say which program or which parts of exports are meant: V8 has none of them. */
const NOT_OF_V8 = /^--(conditions|import|require|loader|experimental-loader|enable-source-maps)(=|$)/;

// A file of the cache: a stamp of STAMP_BYTES, and the compiled code twice. V8 checks that it has made the code, but not that it
// is whole, and crashes if it is not; to compare two copies takes a tenth of the time of a checksum.
const STAMP_BYTES = 128;

/** A module that has been compiled without the cache. */
interface Fresh {
  readonly file: string;
  readonly stamp: string;
  readonly script: Script;
}

/**
 * The compiled code of modules of this toolkit, in a directory that only this user can write to. One file for each module, which
 * is replaced as a whole: processes may read and write at once, and be killed meanwhile.
 */
export class CodeCache {
  readonly #directory: string;
  readonly #fresh: Fresh[] = [];

  /** @param directory see `cacheDirectory` */
  constructor(directory: string) {
    this.#directory = join(directory, `code-${process.version}-${process.arch}${flagsOfV8()}`);
  }

  /** What was compiled of the module at `path`, which `stats` are of; undefined if that is not here. */
  find(path: string, stats: Stats): Buffer | undefined {
    let found: Buffer;
    try {
      found = read(this.#fileOf(path));
    } catch {
      return undefined; // not there, or no right to read it: the module is compiled
    }
    const length = (found.length - STAMP_BYTES) / 2;
    if (found.length <= STAMP_BYTES || !Number.isInteger(length)) return undefined;
    if (found.toString('latin1', 0, STAMP_BYTES) !== stampOf(stats)) return undefined;
    const code = found.subarray(STAMP_BYTES, STAMP_BYTES + length);
    return code.equals(found.subarray(STAMP_BYTES + length)) ? code : undefined;
  }

  /** The module was compiled: keeps the code of its functions once those that a start needs have been compiled as well. */
  note(path: string, stats: Stats, script: Script): void {
    if (this.#fresh.length === 0) {
      setTimeout(() => this.#keepAll(), KEEP_AFTER_MS).unref();
      process.getBuiltinModule('node:process').once('exit', () => this.#keepAll());
    }
    this.#fresh.push({ file: this.#fileOf(path), stamp: stampOf(stats), script });
  }

  #keepAll(): void {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      for (const one of this.#fresh.splice(0)) keep(one);
    } catch {
      // no right, no room: the next start compiles again
    }
  }

  #fileOf(path: string): string {
    return join(this.#directory, `${hashOf(path)}.bin`);
  }
}

/** Says which file it was: that of another installation, or another version, differs in one of these. */
function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return JSON.stringify([size, mtimeMs, ctimeMs, ino]).padEnd(STAMP_BYTES);
}

/** V8 compiles in another way if flags ask it to: its own name of that. Loaded only if there are flags. */
function flagsOfV8(): string {
  const flags = process.execArgv.filter((flag) => !NOT_OF_V8.test(flag));
  if (flags.length === 0 && process.env['NODE_OPTIONS'] === undefined) return '';
  return `-${process.getBuiltinModule('node:v8').cachedDataVersionTag().toString(16)}`;
}

/** Of 64 bits, as FNV-1a makes 32 of them: a name for the path of a module. Should two paths share one, their stamps differ. */
function hashOf(path: string): string {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let at = 0; at < path.length; at++) {
    low = Math.imul(low ^ path.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ path.charCodeAt(at), 0x85ebca6b);
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}

/** The whole file, if it is this user's. Throws otherwise. */
function read(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const { size, uid, mode } = fstatSync(descriptor);
    if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafeSlow(size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, size, 0));
  } finally {
    closeSync(descriptor);
  }
}

function keep({ file, stamp, script }: Fresh): void {
  const code = script.createCachedData();
  const whole = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`; // no other thread's
  try {
    writeFileSync(whole, Buffer.concat([Buffer.from(stamp, 'latin1'), code, code]), { flag: 'wx', mode: 0o600 });
    renameSync(whole, file);
  } catch (error) {
    remove(whole);
    throw error;
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // it was not made
  }
}
