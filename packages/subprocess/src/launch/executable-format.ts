import { closeSync, openSync, readSync } from 'node:fs';
import { isRegisteredFormat, ownProgram } from '@multiprocess/shared-memory';

// Linux starts ELF files, scripts that begin with #!, and formats that are registered in binfmt_misc. The C library's execvp
// gives all other files to /bin/sh; Python and execve refuse them, and so does this package. If the registrations cannot be
// read, as in most containers, only formats that are never registered are refused.

/** The kernel reads so many bytes to recognise a format. */
const HEAD_BYTES = 256;
const MACHINE = 18;
const I386 = 3;
/** Formats that are often registered: programs of Windows and Java, archives, compiled Python. */
const OFTEN_REGISTERED = [/^MZ/, /^PK/, /^\xca\xfe\xba\xbe/, /^..\r\n/s];

/** The first bytes of a file; undefined if it may not be read. It may still be executable then. */
function headOf(file: string): Buffer | undefined {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const fd = openSync(file, 'r');
    try {
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** Whether Linux cannot start a file, although it may be executed. False if that is not known, as on all other systems. */
export function isUnknownFormat(file: string): boolean {
  if (process.platform !== 'linux') return false;
  const head = headOf(file);
  if (head === undefined) return false;
  const text = head.toString('latin1');
  if (isElf(head)) {
    const machine = head.readUInt16LE(MACHINE);
    if (machine === ownMachine() || machine === I386) return false;
    return isRegisteredFormat(file, head) === false;
  }
  if (/^#![ \t]*[^\s\0]/.test(text)) return false;
  const known = isRegisteredFormat(file, head);
  return known === undefined ? !OFTEN_REGISTERED.some((one) => one.test(text)) : !known;
}

/** The program that the kernel starts to run a script or to load an ELF file; undefined if there is none. */
export function interpreterOf(
  file: string,
): { readonly kind: 'interpreter' | 'loader'; readonly path: string } | undefined {
  const head = headOf(file);
  if (head === undefined) return undefined;
  const script = /^#![ \t]*([^\s\0]+)/.exec(head.toString('utf8'))?.[1];
  if (script !== undefined) return { kind: 'interpreter', path: script };
  const loader = isElf(head) ? loaderOf(file, head) : undefined;
  return loader === undefined ? undefined : { kind: 'loader', path: loader };
}

function isElf(head: Buffer): boolean {
  return head.length > 64 && head.toString('latin1', 0, 4) === '\x7fELF';
}

let machine: number | undefined; // of the program that runs here, which does not change

function ownMachine(): number {
  return (machine ??= headOf(ownProgram())?.readUInt16LE(MACHINE) ?? 0);
}

/** The text of the program header PT_INTERP of a 64-bit file (elf(5)). */
function loaderOf(file: string, head: Buffer): string | undefined {
  const PT_INTERP = 3;
  if (head[4] !== 2 || head[5] !== 1) return undefined; // another class or byte order
  const headers = Number(head.readBigUInt64LE(32));
  const [size, count] = [head.readUInt16LE(54), head.readUInt16LE(56)];
  const bytes = bytesOf(file, headers, size * count);
  for (let at = 0; at + size <= bytes.length && size >= 40; at += size) {
    if (bytes.readUInt32LE(at) !== PT_INTERP) continue;
    const text = bytesOf(
      file,
      Number(bytes.readBigUInt64LE(at + 8)),
      Math.min(4096, Number(bytes.readBigUInt64LE(at + 32))),
    );
    return text.toString('utf8').replace(/\0.*$/s, '');
  }
  return undefined;
}

function bytesOf(file: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const fd = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
  } finally {
    closeSync(fd);
  }
}
