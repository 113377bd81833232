import { ByteRing, Segment } from '@multiprocess/shared-memory';
import type { WaitRequest } from '@multiprocess/shared-memory';
import { afterEach, describe, expect, test } from 'vitest';

const CAPACITY = 128;
const HANDY_BYTES = 2 ** 21;
const SMALL = new Uint8Array(2 ** 16);
const LARGE = new Uint8Array(2 ** 20);

const opened: Segment[] = [];
afterEach(() => {
  for (const segment of opened.splice(0)) segment.close();
});

/** A ring of the size that it may keep, which is full; its consumer has been seen to take something. */
function crowdedRing() {
  const limits = { maxBytes: 2 ** 26, maxItems: 0 };
  const { segment } = Segment.create({
    kind: 'test.Ring',
    ...ByteRing.plan(limits),
    initialise: (made) => {
      ByteRing.initialise(made, limits);
    },
  });
  opened.push(segment);
  const { reader, writer } = new ByteRing(segment);
  const capacity = () => segment.words[CAPACITY]!;
  const run = (item: Uint8Array) => {
    const putting = writer.putting(item);
    while (putting.next().done !== true);
  };
  const fill = () => {
    while (writer.tryPut(SMALL) === 'put');
  };
  while (capacity() < HANDY_BYTES) run(SMALL);
  fill();
  run(SMALL); // nothing was ever taken: it grows at once
  fill();
  const size = capacity();
  expect(size).toBeGreaterThan(HANDY_BYTES);
  reader.tryGet();
  return { segment, reader, writer, capacity, size, fill };
}

/** Runs a put up to its first sleep. */
function asleep(putting: Generator<WaitRequest, unknown, void>): WaitRequest {
  let step = putting.next();
  while (step.done !== true && step.value.kind !== 'park') step = putting.next();
  if (step.done === true) throw new Error('The put did not wait');
  return step.value;
}

describe('a put that waits for a consumer before the ring grows', () => {
  test('sleeps at most as long as growing costs', () => {
    const { fill, size, writer } = crowdedRing();
    fill();
    const { atMost = Infinity } = asleep(writer.putting(SMALL));
    expect(atMost).toBeGreaterThan(0);
    expect(atMost).toBeLessThanOrEqual((size / 2 ** 20) * 0.5);
  });

  test('waits on when it is woken for a take that it knows of', () => {
    const { capacity, fill, reader, segment, size, writer } = crowdedRing();
    fill();
    const putting = writer.putting(SMALL);
    asleep(putting);
    for (let wakes = 0; wakes < 3; wakes++) {
      ByteRing.wakeAll(segment); // a consumer wakes after its take, perhaps when the put has looked already
      const step = putting.next();
      if (step.done === true) return; // the time was over: this thread did not run for so long
      expect(step.value.kind).toBe('park');
      expect(capacity()).toBe(size);
    }
    reader.tryGet();
    expect(putting.next()).toEqual({ done: true, value: 'put' });
    expect(capacity()).toBe(size);
  });

  test('grows the ring when its time is over, however often small items are taken and put meanwhile', () => {
    const { capacity, fill, reader, size, writer } = crowdedRing();
    fill();
    const putting = writer.putting(LARGE);
    let step = putting.next();
    let takes = 0;
    while (step.done !== true) {
      reader.tryGet();
      takes++;
      fill();
      step = putting.next();
    }
    expect(step.value).toBe('put');
    expect(takes).toBeGreaterThan(0);
    expect(capacity()).toBeGreaterThan(size);
  });

  test('grows it at once for a consumer that has taken nothing for as long as growing costs', () => {
    const { capacity, fill, size, writer } = crowdedRing();
    fill();
    const first = writer.putting(SMALL);
    while (first.next().done !== true);
    expect(capacity()).toBeGreaterThan(size);
  });
});
