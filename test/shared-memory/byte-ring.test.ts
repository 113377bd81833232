import { ByteRing, RingBatch, RingMessage, RingRun, runAtOnce, Segment, waitSync } from '@multiprocess/shared-memory';
import type { RingItem } from '@multiprocess/shared-memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { times } from '../helpers/effort.js';

// Where the words are; test/pins has all of them.
const [TAIL, PUTS, SEEN_HEAD, HEAD, GETS, SEEN_TAIL] = [16, 2, 3, 48, 34, 35] as const;
const KIND = 'test.Ring';

/** Runs of messages that are laid out already, with every seventh by itself, in two pieces, between them. */
function batchOf(items: readonly Uint8Array[]): RingBatch {
  const length = items.reduce((sum, { byteLength }) => sum + byteLength + 16, 0);
  const bytes = new Uint8Array((length + 7) & ~7);
  const memory = { bytes, words: new Int32Array(bytes.buffer) };
  const batch = new RingBatch();
  let run = new RingRun(memory, 0);
  for (const [i, item] of items.entries()) {
    if (i % 7 === 6) {
      if (run.count > 0) batch.add(run);
      run = new RingRun(memory, run.end);
      const head = item.byteLength - (item.byteLength % 16);
      batch.add(new RingMessage(item, head, undefined, [item.subarray(head)]));
    } else {
      bytes.set(item, run.place);
      run.add(item.byteLength);
    }
  }
  if (run.count > 0) batch.add(run);
  return batch;
}

/** A ring whose positions and counts are as if so many bytes and items had gone through it. */
function newRing(start = 0, limits = { maxBytes: 2 ** 16, maxItems: 0 }, count = start) {
  const { segment } = Segment.create({
    kind: KIND,
    ...ByteRing.plan(limits),
    initialise: (made) => ByteRing.initialise(made, limits),
  });
  for (const index of [TAIL, SEEN_HEAD, HEAD, SEEN_TAIL]) segment.words[index] = start;
  for (const index of [PUTS, GETS]) segment.words[index] = count;
  const ring = new ByteRing(segment);
  const { parker } = segment.thread;
  return {
    ring,
    segment,
    put: (item: Uint8Array) => waitSync(parker, ring.writer.putting(item), 0),
    putMany: (items: readonly Uint8Array[]) => {
      const batch = batchOf(items);
      expect(ring.writer.tryPutMany(batch)).toBe('put');
      return batch.put;
    },
    get: () => {
      const got = waitSync(parker, ring.reader.getting(), 0);
      return got === undefined || got === 'shut' ? got : Buffer.from(got.bytes);
    },
    getMany: (count: number) => {
      const got: Buffer[] = [];
      const take = (items: readonly RingItem[]) => {
        got.push(...items.map(({ bytes }) => Buffer.from(bytes)));
        return false;
      };
      runAtOnce(parker, ring.reader.gettingMany(count, take));
      return got;
    },
  };
}

/** An item that tells which one it is in every byte. */
const item = (number: number, byteLength: number): Buffer => {
  const bytes = Buffer.alloc(byteLength, number);
  for (let i = 0; i < byteLength; i += 13) bytes[i] = i + number;
  return bytes;
};

const starts = [0, 2 ** 31 - 2 ** 14, 2 ** 31 - 64, 2 ** 31 - 32, 2 ** 32 - 2 ** 15, 2 ** 32 - 64, 2 ** 32 - 32].map(
  (start) => ({ start }),
);

describe.each(starts)('a ring whose positions are about to pass $start', ({ start }) => {
  test('carries items of all sizes through many rounds', () => {
    const { ring, segment, put, get } = newRing(start | 0);
    let [putItems, gotItems] = [0, 0];
    const sizeOf = (number: number) => (number * 1237) % 9000;
    for (let round = 0; round < 60; round++) {
      while (putItems - gotItems < 1 + (round % 7)) {
        expect(put(item(putItems, sizeOf(putItems)))).toBe('put');
        putItems++;
        expect(ring.size).toBe(putItems - gotItems);
      }
      while (putItems - gotItems > round % 3) {
        expect(item(gotItems, sizeOf(gotItems)).equals(get() as Buffer)).toBe(true);
        gotItems++;
      }
      expect(ring.size).toBe(putItems - gotItems);
    }
    segment.close();
  });

  test('can be filled and emptied to the last byte', () => {
    const { segment, ring, putMany, getMany } = newRing(start | 0);
    for (let round = 0; round < 5; round++) {
      const items = Array.from({ length: 3000 }, (_, i) => item(i, 24)); // with its header 32 bytes
      let count = putMany(items);
      expect(count).toBe(2 ** 14 / 32);
      expect(getMany(1)[0]?.equals(items[0]!)).toBe(true);
      expect(putMany(items.slice(count))).toBe(1);
      count += 1;
      const got = getMany(10_000);
      expect(got).toHaveLength(count - 1);
      expect(got.every((bytes, i) => bytes.equals(items[i + 1]!))).toBe(true);
      expect(ring.isEmpty).toBe(true);
    }
    segment.close();
  });
});

type Step =
  | { readonly put: number }
  | { readonly putMany: readonly number[] }
  | { readonly get: 1 }
  | { readonly getMany: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ put: fc.oneof(fc.nat(40), fc.nat(30_000)) }),
    fc.record({ putMany: fc.array(fc.nat(3000), { maxLength: 20 }) }),
    fc.constant({ get: 1 } as const),
    fc.record({ getMany: fc.integer({ min: 1, max: 30 }) }),
  ),
  { maxLength: 60 },
);

test('whatever is done to it, a ring is a list', () => {
  fc.assert(
    fc.property(steps, fc.integer(), fc.constantFrom(0, 5), (todo, start, maxItems) => {
      const { ring, segment, put, putMany, get, getMany } = newRing(start & ~7, { maxBytes: 2 ** 16, maxItems });
      const list: Buffer[] = [];
      let number = 0;
      try {
        for (const step of todo) {
          if ('put' in step) {
            const one = item(number++, step.put);
            if (put(one) === 'put') list.push(one);
            else expect(list.length).toBeGreaterThan(0); // whatever fits at all fits into an empty one
          } else if ('putMany' in step) {
            const many = step.putMany.map((byteLength) => item(number++, byteLength));
            list.push(...many.slice(0, putMany(many)));
          } else if ('get' in step) {
            expect(get()).toEqual(list.shift());
          } else {
            const got = getMany(step.getMany);
            expect(got).toEqual(list.splice(0, Math.min(step.getMany, got.length)));
            if (list.length > 0) expect(got).toHaveLength(step.getMany);
          }
          expect(ring.size).toBe(list.length);
          expect(ring.isEmpty).toBe(list.length === 0);
          if (maxItems > 0) expect(list.length).toBeLessThanOrEqual(maxItems);
        }
      } finally {
        segment.close();
      }
    }),
    { numRuns: times(60) },
  );
});

test('a count of items that passes 2^32 stays right', () => {
  const { ring, segment, put, get } = newRing(0, { maxBytes: 2 ** 14, maxItems: 2 }, -2);
  for (let i = 0; i < 6; i++) {
    expect(put(item(i, 8))).toBe('put');
    expect(put(item(i, 8))).toBe('put');
    expect(put(item(i, 8))).toBe(undefined);
    expect(ring.size).toBe(2);
    get();
    get();
    expect(ring.size).toBe(0);
  }
  segment.close();
});

test('a segment that is not a ring, or a ring of impossible size, is a CorruptSegmentError', () => {
  const { segment } = Segment.create({ kind: KIND, byteLength: 64 });
  expect(() => new ByteRing(segment)).toThrow(expect.objectContaining({ name: 'CorruptSegmentError' }));
  segment.close();
  for (const [index, value] of [
    [129, 0],
    [129, 2 ** 17],
    [129, 3 * 2 ** 14],
    [129, -(2 ** 31)],
    [130, -1],
  ] as const) {
    const made = newRing();
    made.segment.words[index] = value;
    expect(() => new ByteRing(made.segment)).toThrow(expect.objectContaining({ name: 'CorruptSegmentError' }));
    made.segment.close();
  }
});
