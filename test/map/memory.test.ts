import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SharedMap } from '@multiprocess/map';
import { OutOfMemoryError, parseHandle } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';

const MIB = 2 ** 20;

/** Bytes of shared memory that the map takes now. */
function bytesInUse(map: SharedMap): number {
  const file = `s-${parseHandle(map.handle).reference}`;
  return statSync(join(process.env['MULTIPROCESS_DIR'] ?? '', file)).blocks * 512;
}

describe('without maxEntries', () => {
  test('a full map throws, keeps what it has, and takes more once there is room', () => {
    using map = new SharedMap<string, string>({ memory: MIB });
    const size = fill(map, 1000);
    expect(size).toBeGreaterThan(500);
    map.delete('key 0');
    map.set('key 0', 'y'.repeat(1000));
    expect(() => map.set('more', 'x'.repeat(1000))).toThrow(OutOfMemoryError);
    expect(() => map.set('key 1', 'x'.repeat(100_000))).toThrow(
      /No room for an entry of \d+ bytes: .+give it maxEntries/,
    );
    expect([map.size, map.get('key 1'), map.get('key 0')]).toEqual([size, 'x'.repeat(1000), 'y'.repeat(1000)]);
    for (let i = 0; i < size; i++) expect(map.get(`key ${i}`)).toHaveLength(1000);
  });

  test('a value larger than the memory is refused with both sizes', () => {
    using map = new SharedMap<string, Uint8Array>({ memory: MIB });
    expect(() => map.set('key', new Uint8Array(2 * MIB))).toThrow(
      /An entry of 2097\d+ bytes does not fit into a map of 1048576 bytes/,
    );
    expect(map.size).toBe(0);
  });

  test('room of one size of entries becomes room for others', () => {
    using map = new SharedMap<string, string>({ memory: MIB });
    for (const length of [10, 3000, 100, 50_000, 700, 10]) {
      const size = fill(map, length);
      expect(size).toBeGreaterThan(length > 20_000 ? 3 : 30);
      for (let i = 0; i < size; i++) expect(map.delete(`key ${i}`)).toBe(true);
      expect(map.size).toBe(0);
    }
  });
});

test('it takes memory as it needs it, never more than it may, and gives it back', () => {
  using map = new SharedMap<string, string>({ memory: 16 * MIB });
  const atFirst = bytesInUse(map);
  expect(atFirst).toBeLessThan(2 * MIB);
  const size = fill(map, 5000);
  expect(bytesInUse(map)).toBeGreaterThan(12 * MIB);
  expect(bytesInUse(map)).toBeLessThanOrEqual(16 * MIB + 4096);
  expect(map.stats().memoryUsed).toBeLessThanOrEqual(16 * MIB);
  for (let i = 0; i < size; i++) map.delete(`key ${i}`);
  expect(bytesInUse(map)).toBeLessThan(atFirst + 2 * MIB); // with the states of all units that were ever used
});

describe('with maxEntries', () => {
  test('a map whose memory is full evicts for entries of any size', () => {
    using map = new SharedMap<string, string>({ memory: MIB, maxEntries: 8000 });
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10_000; i++) map.set(`small ${i}`, 'x'.repeat(i % 40));
      expect(map.get('small 9999')).toHaveLength(39);
      for (const length of [200_000, 1000, 300_000, 60_000, 15_000]) {
        map.set(`large ${length}`, 'x'.repeat(length));
        expect(map.get(`large ${length}`)).toHaveLength(length);
      }
    }
    expect(map.size).toBe([...map].length);
    expect(map.stats().evictions).toBeGreaterThan(1000);
  });

  test('a large entry does not cost more entries than its room holds', () => {
    using map = new SharedMap<number, string>({ memory: 4 * MIB, maxEntries: 60_000 });
    for (let i = 0; map.stats().evictions === 0; i++) map.set(i, 'x'.repeat(20));
    const { size, evictions } = map.stats();
    map.set(-1, 'x'.repeat(100_000));
    const gone = map.stats().evictions - evictions;
    expect(map.get(-1)).toHaveLength(100_000);
    expect(gone).toBeLessThan(size / 10);
    expect(map.size).toBe(size + 1 - gone);
  });

  test('entries of large values go by their turn, and not the newest', () => {
    using map = new SharedMap<number, Uint8Array>({ memory: 4 * MIB, maxEntries: 1000 });
    for (let i = 0; i < 100; i++) map.set(i, new Uint8Array(100_000));
    expect(map.has(99)).toBe(true);
    expect(map.has(98)).toBe(true);
    expect(map.has(0)).toBe(false);
  });

  test('there are never more entries than it may have', () => {
    using map = new SharedMap<number, number>({ maxEntries: 3 });
    for (let i = 0; i < 100; i++) {
      map.set(i, i);
      expect(map.size).toBeLessThanOrEqual(3);
      expect(map.get(i)).toBe(i);
    }
  });
});

/** Sets entries until there is no room, and returns how many there are. */
function fill(map: SharedMap<string, string>, length: number): number {
  for (let i = 0; ; i++) {
    try {
      map.set(`key ${i}`, 'x'.repeat(length));
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect(map.size).toBe(i);
      return i;
    }
  }
}
