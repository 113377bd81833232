import { readdirSync } from 'node:fs';
import { attach, ClosedError, HandleError, OutOfMemoryError, SharedMemory } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { filesIn } from './helpers.js';

const directory = () => process.env['MULTIPROCESS_DIR'] ?? '';

test('is zero-filled, of the size asked for, and works with Atomics', () => {
  using memory = new SharedMemory({ size: 12_345 });
  expect(memory.size).toBe(12_345);
  expect(memory.buffer.byteLength).toBe(12_345);
  expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true);
  expect(Atomics.add(new Int32Array(memory.buffer, 0, 4), 0, 5)).toBe(0);
});

test('attach() by handle and by name finds the same bytes', () => {
  using made = new SharedMemory({ size: 64, name: 'weather/today ü' });
  using byHandle = SharedMemory.attach(made.handle);
  using byName = SharedMemory.attach('weather/today ü');
  using byConstructor = new SharedMemory({ size: 64, name: 'weather/today ü' });
  const byAnyHandle = attach(made.handle) as SharedMemory;
  new Uint8Array(made.buffer)[3] = 7;
  for (const memory of [byHandle, byName, byConstructor, byAnyHandle]) {
    expect(new Uint8Array(memory.buffer)[3]).toBe(7);
    expect(memory.name).toBe('weather/today ü');
  }
  byAnyHandle.close();
});

test('a nameless one has a name that leads back to it', () => {
  using made = new SharedMemory({ size: 64 });
  using attached = SharedMemory.attach(made.name);
  expect(attached.handle).toBe(made.handle);
});

test('lives until the last object over it is closed', () => {
  const made = new SharedMemory({ size: 64, name: 'last' });
  const attached = SharedMemory.attach('last');
  new Uint8Array(made.buffer)[0] = 1;
  made.close();
  made.close();
  expect(new Uint8Array(attached.buffer)[0]).toBe(1);
  expect(readdirSync(directory())).toContain('s-last');
  attached.close();
  expect(readdirSync(directory())).not.toContain('s-last');
  expect(() => SharedMemory.attach('last')).toThrow(HandleError);
});

test('after close() there is no handle, and remaining views read zeros', () => {
  const memory = new SharedMemory({ size: 64 });
  const view = new Uint8Array(memory.buffer).fill(9);
  memory.close();
  expect(() => memory.handle).toThrow(ClosedError);
  expect(() => memory.unlink()).toThrow(ClosedError);
  expect(view[0]).toBe(0);
  view[0] = 1; // reaches no other process, and does not crash
});

test('unlink() removes the name; threads that have the memory keep it, and the name is free', () => {
  using first = new SharedMemory({ size: 64, name: 'taken' });
  new Uint8Array(first.buffer)[0] = 1;
  first.unlink();
  expect(() => SharedMemory.attach('taken')).toThrow(HandleError);
  expect(() => first.unlink()).toThrow(HandleError);
  using second = new SharedMemory({ size: 64, name: 'taken' });
  expect(new Uint8Array(second.buffer)[0]).toBe(0);
  expect(new Uint8Array(first.buffer)[0]).toBe(1);
  first.close();
  using third = SharedMemory.attach('taken');
  expect(third.size).toBe(64);
});

test('the same name with another size is a HandleError', () => {
  using memory = new SharedMemory({ size: 64, name: 'sized' });
  expect(() => new SharedMemory({ size: 65, name: 'sized' })).toThrow(HandleError);
  expect(memory.size).toBe(64);
});

test.each([0, -1, 1.5, NaN, Infinity])('a size of %s is a RangeError', (size) => {
  expect(() => new SharedMemory({ size })).toThrow(RangeError);
});

test.each(['64', undefined, null])('%j as the size is a TypeError', (size) => {
  expect(() => new SharedMemory({ size: size as never })).toThrow(TypeError);
});

test.each(['', 'x'.repeat(201), 'ü'.repeat(40)])('the name %j is a RangeError', (name) => {
  expect(() => new SharedMemory({ size: 64, name })).toThrow(RangeError);
});

test('a name that is not a string is a TypeError', () => {
  expect(() => new SharedMemory({ size: 64, name: 5 as unknown as string })).toThrow(TypeError);
});

test.each([2 ** 45, 2 ** 50, Number.MAX_SAFE_INTEGER])('%d bytes are an OutOfMemoryError and leave nothing', (size) => {
  expect(() => new SharedMemory({ size })).toThrow(OutOfMemoryError);
  expect(filesIn(directory(), 'making-')).toEqual([]);
  expect(filesIn(directory(), 's-')).toEqual([]);
});

test('names may contain anything that a file name may not', () => {
  for (const name of ['.', '..', '../x', 'a/b', 'a:b', ' ', '%', '%41', '\n', '😀']) {
    using memory = new SharedMemory({ size: 8, name });
    using again = SharedMemory.attach(name);
    using byHandle = SharedMemory.attach(memory.handle);
    expect([again.name, byHandle.name]).toEqual([name, name]);
  }
});
