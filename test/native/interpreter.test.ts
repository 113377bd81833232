import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { interpreterOf } from '../../packages/native/build/interpreter.js';
import { newDirectory } from './helpers.js';

const MUSL = '/lib/ld-musl-x86_64.so.1';
const PROGRAM_HEADER_BYTES = 56;

/** A file as a linker, or a program that patches what a linker made, leaves it. */
function program({ headersAt = 64, nameAt = 1000, name = MUSL, before = 2, type = 3 }): Buffer {
  const file = Buffer.alloc(Math.max(headersAt + (before + 1) * PROGRAM_HEADER_BYTES, nameAt + name.length + 1));
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeBigUInt64LE(BigInt(headersAt), 32);
  file.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  file.writeUInt16LE(before + 1, 56);
  for (let header = 0; header < before; header++) file.writeUInt32LE(1, headersAt + header * PROGRAM_HEADER_BYTES);
  const last = headersAt + before * PROGRAM_HEADER_BYTES;
  file.writeUInt32LE(type, last);
  file.writeBigUInt64LE(BigInt(nameAt), last + 8);
  file.writeBigUInt64LE(BigInt(name.length + 1), last + 32);
  file.write(`${name}\0`, nameAt);
  return file;
}

function interpreterIn(bytes: Buffer): string | undefined {
  const path = join(newDirectory(), 'program');
  writeFileSync(path, bytes);
  return interpreterOf(path);
}

test.each([
  { where: 'near the start', file: program({}) },
  { where: 'beyond the first page', file: program({ nameAt: 5000 }) },
  { where: 'at the end of a large file', file: program({ nameAt: 20_000_000 }) },
  { where: 'behind headers that were moved', file: program({ headersAt: 3_000_000, nameAt: 4_000_000 }) },
  { where: 'in the last of many headers', file: program({ before: 60, nameAt: 100_000 }) },
])('the loader of a program is found $where', ({ file }) => {
  expect(interpreterIn(file)).toBe(MUSL);
});

test('a text that only looks like a loader is none', () => {
  const file = program({ name: '/lib64/ld-linux-x86-64.so.2', nameAt: 5000 });
  file.write(MUSL, 2000);
  expect(interpreterIn(file)).toBe('/lib64/ld-linux-x86-64.so.2');
});

test.each([
  { what: 'a program without a loader', file: program({ type: 1 }) },
  { what: 'an empty file', file: Buffer.alloc(0) },
  { what: 'a script', file: Buffer.from('#!/usr/bin/env node\n'.repeat(10)) },
  { what: 'a program that ends in its headers', file: program({}).subarray(0, 100) },
  { what: 'a header that leads nowhere', file: program({}).fill(255, 32, 40) },
  { what: 'a name that is longer than any', file: program({}).fill(255, 64 + 2 * 56 + 32, 64 + 2 * 56 + 40) },
])('$what has none', ({ file }) => {
  expect(interpreterIn(file)).toBeUndefined();
});

test('this Node has that which its program header names', () => {
  // Musl's is a link to its C library on some distributions.
  const loader = realpathSync(interpreterOf(process.execPath) ?? '/none');
  expect(readFileSync('/proc/self/maps', 'utf8')).toContain(loader);
});

test('a file that is not there has none', () => {
  expect(interpreterOf('/nowhere/at/all')).toBeUndefined();
});
