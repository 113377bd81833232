import { closeSync, openSync, readSync } from 'node:fs';

// The start of a 64-bit ELF file, and its program headers: see elf(5). Little-endian, like all supported machines.
const HEADER_BYTES = 64;
const MAGIC = 0x464c457f;
const PROGRAM_HEADERS = 32; // where they are, 8 bytes
const PROGRAM_HEADER_BYTES = 54;
const PROGRAM_HEADER_COUNT = 56;
const TYPE = 0;
const OFFSET = 8;
const FILE_BYTES = 32;
const INTERPRETER = 3;
const MAX_BYTES = 65_536;

/**
 * The interpreter of an executable, which is the loader of its C library. undefined if it names none, or is not an ELF file.
 */
export function interpreterOf(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const header = bytesAt(fd, 0, HEADER_BYTES);
    if (header.readUInt32LE(0) !== MAGIC) return undefined;
    const length = header.readUInt16LE(PROGRAM_HEADER_BYTES);
    const count = header.readUInt16LE(PROGRAM_HEADER_COUNT);
    const programs = bytesAt(fd, Number(header.readBigUInt64LE(PROGRAM_HEADERS)), length * count);
    for (let at = 0; at < programs.length; at += length) {
      if (programs.readUInt32LE(at + TYPE) !== INTERPRETER) continue;
      const offset = Number(programs.readBigUInt64LE(at + OFFSET));
      const text = bytesAt(fd, offset, Number(programs.readBigUInt64LE(at + FILE_BYTES))).toString();
      return text.split('\0', 1)[0];
    }
    return undefined;
  } catch {
    return undefined; // it ends too early, or cannot be read
  } finally {
    closeSync(fd);
  }
}

function bytesAt(fd: number, position: number, byteLength: number): Buffer {
  if (byteLength > MAX_BYTES) throw new RangeError(`No program header has ${byteLength} bytes`);
  const bytes = Buffer.alloc(byteLength);
  return bytes.subarray(0, readSync(fd, bytes, 0, byteLength, position));
}
