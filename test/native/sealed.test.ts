import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { newDirectory } from './helpers.js';

const LATIN_1 = 'naïve ©';

/** What `readSealed` expects: how many texts and of which lengths, the texts, and something else up to a whole word. */
function contentWith(texts: readonly string[], lengths = texts.map(({ length }) => length)): Buffer {
  const head = new BigUint64Array([0n, BigInt(texts.length), ...lengths.map(BigInt)]);
  const parts = [Buffer.from(head.buffer), ...texts.map((text) => Buffer.from(text, 'latin1'))];
  const used = parts.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...parts, Buffer.alloc(32 - (used % 8), 7)]);
}

function fileWith(content: Buffer): string {
  const path = `${newDirectory()}/sealed`;
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function sealedFile(texts: readonly string[]): string {
  const content = contentWith(texts);
  expect(native().seal(content)).toBe(true);
  return fileWith(content);
}

test('readSealed() returns what was sealed, with its texts', () => {
  const texts = [LATIN_1, '', 'a longer text '.repeat(100_000)];
  const path = sealedFile(texts);
  const [buffer, ...found] = native().readSealed(path)!;
  expect(found).toEqual(texts);
  expect(new Uint8Array(buffer).at(-1)).toBe(7);
});

test('its texts outlive the buffer, and the buffer its texts', () => {
  const path = sealedFile([LATIN_1.repeat(1000), 'other'.repeat(1000)]);
  const texts = (native().readSealed(path) as unknown as string[]).slice(1);
  const [buffer] = native().readSealed(path)!;
  for (let i = 0; i < 100; i++) native().readSealed(path);
  native().collectGarbage();
  expect(texts).toEqual([LATIN_1.repeat(1000), 'other'.repeat(1000)]);
  expect(new Uint8Array(buffer).at(-1)).toBe(7);
});

test('readSealed() notices each bit that has changed', () => {
  const sealed = contentWith(['one', 'two']);
  expect(native().seal(sealed)).toBe(true);
  const path = fileWith(sealed);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    writeFileSync(path, changed);
    expect(native().readSealed(path), `bit ${bit}`).toBeNull();
  }
});

test('readSealed() takes no file that is shorter or longer, or whose lengths are impossible', () => {
  const sealed = contentWith(['one']);
  native().seal(sealed);
  for (const end of [0, 8, 15, sealed.length - 8, sealed.length - 1]) {
    expect(native().readSealed(fileWith(sealed.subarray(0, end))), `${end} bytes`).toBeNull();
  }
  expect(native().readSealed(fileWith(Buffer.concat([sealed, Buffer.alloc(8)])))).toBeNull();
  for (const length of [1000, 2 ** 53]) {
    const impossible = contentWith(['one'], [length]);
    native().seal(impossible);
    expect(native().readSealed(fileWith(impossible)), `a text of ${length}`).toBeNull();
  }
  const many = contentWith([]);
  many.writeBigUInt64LE(2n ** 63n, 8);
  native().seal(many);
  expect(native().readSealed(fileWith(many))).toBeNull();
});

test('readSealed() takes files that only their user can write, and no others', () => {
  const path = sealedFile(['one']);
  symlinkSync(path, `${path}-link`);
  mkdirSync(`${path}-directory`);
  for (const other of [`${path}-link`, `${path}-directory`, `${path}-missing`, `${path}\0`]) {
    expect(native().readSealed(other), other).toBeNull();
  }
  for (const mode of [0o620, 0o602]) {
    chmodSync(path, mode);
    expect(native().readSealed(path), mode.toString(8)).toBeNull();
  }
  chmodSync(path, 0o644);
  expect(native().readSealed(path)).not.toBeNull();
});

test.skipIf(process.getuid?.() !== 0)('readSealed() takes no file of another user', () => {
  const path = sealedFile(['one']);
  chownSync(path, 12_345, 12_345);
  expect(native().readSealed(path)).toBeNull();
});

test('seal() takes whole words only', () => {
  for (const length of [0, 8, 17, 23]) expect(native().seal(new Uint8Array(length)), `${length}`).toBe(false);
  expect(native().seal(new Uint8Array(16))).toBe(true);
});
