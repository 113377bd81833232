import { BufferPool } from '@multiprocess/buffers';
import { SharedMap } from '@multiprocess/map';
import { Queue } from '@multiprocess/queue';
import { parseHandle, Segment, thisThread } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { fileOf } from '../helpers/file-of.js';
import { wordsOf } from '../helpers/words-of.js';

// As in layout.test.ts: a change of any of these numbers is a new layout version.

test('a pool is its size, carriers, and chunks, each with its seats; then the bytes of the chunks', () => {
  using pool = new BufferPool({ chunkSize: 5000, chunks: 2 });
  using queue = new Queue<unknown>({ name: 'pinned/1' });
  const words = wordsOf(pool);
  const { self } = thisThread();
  const chunk = 5184; // each has 16 words, and 16 seats of 8
  expect(words.byteLength).toBe(24_576 - 128 + 2 * 8192);
  expect([words[0], words[1]]).toEqual([5000, 2]);
  const buffer = pool.loanSync({ byteLength: 10 });
  expect([words[chunk], words[chunk + 1], words[chunk + 16]]).toEqual([10, 1, self]); // length, high, holder
  buffer.bytes[0] = 7;
  expect(fileOf(pool)[24_576]).toBe(7);
  expect(buffer.handle).toBe(`multiprocess:buffers.SharedBuffer:${parseHandle(pool.handle).reference}/1/1`); // seat, ticket
  const second = chunk + 16 + 8;
  expect([...words.subarray(second, second + 5)]).toEqual([0x80000001 | 0, 1, self, 0, 0]); // holder, serial, sender, carrier, aboard
  queue.putSync(buffer);
  expect([...words.subarray(chunk + 16, chunk + 16 + 8)]).toEqual([0x80000001 | 0, 1, self, 1, 1, 0, 0, 0]);
  const name = 'queue.Queue:pinned%2F1:0';
  expect(words[64]).toBe(name.length);
  expect(fileOf(pool).toString('latin1', 128 + 65 * 4, 128 + 65 * 4 + name.length)).toBe(name);
});

test('a map is its mutexes, its size, its geometry, writers, counters, buckets, pages, units, and entries', () => {
  using map = new SharedMap<string, unknown>({ memory: 2 ** 18, maxEntries: 100, ttl: 60_000 });
  const segment = Segment.attach(parseHandle(map.handle).reference, 'map.SharedMap');
  const { words } = segment;
  const { self } = thisThread();
  expect(segment.byteLength).toBe(2 ** 18);
  expect([...words.subarray(49, 53)]).toEqual([128, 12, 56, 100]); // buckets, page shift, pages, max entries
  expect(new Float64Array(segment.buffer, 54 * 4, 1)[0]).toBe(60_000);
  map.set('key', 'value');
  expect(map.get('key')).toBe('value');
  expect([words[0], words[16], words[32], words[33], words[64]]).toEqual([0, 0, 1, 0, self]);
  expect([...words.subarray(18, 22)]).toEqual([0, 2, 0, 0]); // the small queue and the main one: oldest, behind the newest
  const stripe = 128 + (self % 32) * 16;
  expect([...words.subarray(stripe, stripe + 4)]).toEqual([1, 0, 0, 0]); // hits, misses, evictions, loads
  const bucket = 639 + words.subarray(640, 640 + 4 * 128).findIndex((word, i) => i % 4 === 1 && word !== 0);
  const [lock, unit, version, bell] = words.subarray(bucket, bucket + 4);
  expect([lock, version, bell]).toEqual([0, 1, 0]);
  expect(words[1152 + 1]).toBe(1); // one cell is taken in the first page
  expect([words[1152], (words[1152]! >>> 4) * 64]).toEqual([(1 << 4) | 4, 64]); // which has cells of 64 bytes
  const at = unit! * 16;
  expect(words[at]).toBe(0); // the next
  expect([...words.subarray(at + 2, at + 6)]).toEqual([3 | (1 << 16) | (6 << 20), 5, 2, 0]); // shape, length, ticket, stamp
  expect(Buffer.from(segment.buffer, (at + 8) * 4, 9).toString('latin1')).toBe('key\0value');
  segment.close();
});
