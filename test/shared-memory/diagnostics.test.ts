import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Queue } from '@multiprocess/queue';
import { parseHandle } from '@multiprocess/shared-memory';
import type { ObjectEvent, TakeOverEvent } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';

/** What is published under that name until the test ends. */
function listen<T>(name: string): T[] {
  const heard: T[] = [];
  const onMessage = (message: unknown): void => {
    heard.push(message as T);
  };
  subscribe(name, onMessage);
  onTestFinished(() => {
    unsubscribe(name, onMessage);
  });
  return heard;
}

test('listeners are told what is created, attached and closed', () => {
  const created = listen<ObjectEvent>('multiprocess:create');
  const attached = listen<ObjectEvent>('multiprocess:attach');
  const closed = listen<ObjectEvent>('multiprocess:close');
  const lock = new Lock({ name: 'told of' });
  const queue = new Queue();
  const same = new Lock({ name: 'told of' });
  const other = Queue.attach(queue.handle);
  const { reference } = parseHandle(queue.handle);
  expect(created).toEqual([
    { kind: 'sync.Lock', reference: 'told%20of', byteLength: expect.any(Number) as number },
    { kind: 'queue.Queue', reference, byteLength: expect.any(Number) as number },
  ]);
  expect(attached.map(({ kind }) => kind)).toEqual(['sync.Lock', 'queue.Queue']);
  for (const object of [lock, lock, queue, same, other]) object.close();
  expect(closed.map(({ kind }) => kind)).toEqual(['sync.Lock', 'queue.Queue', 'sync.Lock', 'queue.Queue']);
});

test('listeners are told what is taken over from a dead thread', async () => {
  const takenOver = listen<TakeOverEvent>('multiprocess:take-over');
  using lock = new Lock();
  const child = startChild(new URL('../crash/fixtures/hold-lock.mjs', import.meta.url), { args: [lock.handle] });
  await child.line(/^holds/);
  expect(takenOver).toEqual([]);
  await child.kill();
  await lock.acquire();
  const { reference } = parseHandle(lock.handle);
  expect(takenOver).toEqual([
    {
      owner: expect.any(Number) as number,
      object: { kind: 'sync.Lock', reference, byteLength: 4 },
      word: 0,
    },
  ]);
  lock.release();
});

test('a listener of the take-over may use the object: it is called when that is whole again', async () => {
  using queue = new Queue<number>();
  const sizes: number[] = [];
  const onTakeOver = (): void => {
    queue.putSync(2);
    sizes.push(queue.size);
  };
  subscribe('multiprocess:take-over', onTakeOver);
  onTestFinished(() => void unsubscribe('multiprocess:take-over', onTakeOver));
  // Its first change is the one after it took the mutex of the producers.
  const child = startChild(new URL('../crash/fixtures/die-at-step.mjs', import.meta.url), {
    args: [queue.handle, 'putSync', '2', 'at once', 'changes'],
  });
  await child.exit;
  queue.putSync(1);
  expect(sizes).toEqual([]);
  await Promise.resolve();
  expect(sizes).toEqual([2]);
  expect([queue.getSync(), queue.getSync()]).toEqual([1, 2]);
});
