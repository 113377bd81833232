import { attach } from '@multiprocess/shared-memory';
import { SimpleQueue } from '@multiprocess/queue';
import { expect, test } from 'vitest';

test('what goes in comes out in order, in both forms', async () => {
  using queue = new SimpleQueue<number>();
  expect(queue.empty).toBe(true);
  queue.putSync(1);
  await queue.put(2);
  expect(queue.empty).toBe(false);
  expect([await queue.get(), queue.getSync(), queue.empty]).toEqual([1, 2, true]);
});

test('a get waits for an item, and can be given up', async () => {
  using queue = new SimpleQueue<string>();
  const got = queue.get();
  await queue.put('item');
  expect(await got).toBe('item');
  await expect(queue.get({ timeout: 10 })).rejects.toThrow(
    expect.objectContaining({ name: 'QueueEmptyError' }) as Error,
  );
  expect(() => queue.getSync({ timeout: 0 })).toThrow(expect.objectContaining({ name: 'QueueEmptyError' }) as Error);
  await expect(queue.get({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('arrives as what it is, by handle and by name', () => {
  using queue = new SimpleQueue<number>({ name: 'simple' });
  using same = attach(queue.handle) as SimpleQueue<number>;
  using named = new SimpleQueue<number>({ name: 'simple' });
  using other = SimpleQueue.attach<number>(queue.handle);
  expect(same).toBeInstanceOf(SimpleQueue);
  for (const [i, each] of [same, named, other].entries()) each.putSync(i);
  expect([queue.getSync(), queue.getSync(), queue.getSync()]).toEqual([0, 1, 2]);
});

test('closed, it throws ClosedError', async () => {
  const queue = new SimpleQueue<number>();
  const got = queue.get();
  queue.close();
  const closed = expect.objectContaining({ name: 'ClosedError' }) as Error;
  await expect(got).rejects.toThrow(closed);
  await expect(queue.put(1)).rejects.toThrow(closed);
  expect(() => queue.getSync()).toThrow(closed);
  expect(() => queue.empty).toThrow(closed);
});
