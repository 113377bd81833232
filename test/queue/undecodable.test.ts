import { Queue } from '@multiprocess/queue';
import { SerializationError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

/** `null` stands for an item of a type that is not known here. */
const put = (queue: Queue, items: readonly (number | null)[]) =>
  startChild(new URL('fixtures/put-unknown.mjs', import.meta.url), { args: [queue.handle, JSON.stringify(items)] });

test.each(['sync', 'async'])(
  'getMany (%s) gives what is before an item that cannot be decoded, then its error, then the rest',
  async (form) => {
    using queue = new Queue();
    const getMany = async () => (form === 'sync' ? queue.getManySync(9) : queue.getMany(9));
    await put(queue, [1, null, 2, 3]).exit;
    expect(await getMany()).toEqual([1]);
    expect([queue.size, queue.empty]).toEqual([3, false]);
    await expect(getMany()).rejects.toThrow(SerializationError);
    expect([queue.size, queue.empty]).toEqual([2, false]);
    expect(queue.getSync()).toBe(2);
    expect(await queue.get()).toBe(3);
    expect([queue.size, queue.empty]).toEqual([0, true]);
  },
);

test('what is behind an item that cannot be decoded goes to a call that awaits one already', async () => {
  using queue = new Queue();
  const awaited = queue.get();
  const producer = put(queue, [null, 1, 2]);
  while (queue.size < 3); // the event loop, which would serve calls that await, must not run
  expect(() => queue.getManySync(9)).toThrow(SerializationError);
  expect(await awaited).toBe(1);
  expect(queue.getManySync(9)).toEqual([2]);
  await producer.exit;
});
