import { Manager } from '@multiprocess/manager';
import { JoinableQueue, Queue } from '@multiprocess/queue';
import { QueueEmptyError, QueueFullError, QueueShutDownError } from '@multiprocess/shared-memory';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly block?: boolean;
}

/** A queue, in this process or in a manager. */
interface AnyQueue extends AsyncIterable<unknown> {
  put(item: unknown, options?: Options): Promise<void>;
  putSync(item: unknown, options?: Options): void;
  putMany(items: readonly unknown[], options?: Options): Promise<void>;
  putManySync(items: readonly unknown[], options?: Options): void;
  get(options?: Options): Promise<unknown>;
  getSync(options?: Options): unknown;
  getMany(max: number, options?: Options): Promise<unknown[]>;
  getManySync(max: number, options?: Options): unknown[];
  drained(options?: Options): Promise<boolean>;
  drainedSync(options?: Options): boolean;
  shutdown(options?: { immediate?: boolean }): void | Promise<void>;
  close(): void;
}

interface AnyJoinableQueue extends AnyQueue {
  taskDone(): void | Promise<void>;
  join(options?: Options): Promise<boolean>;
  joinSync(options?: Options): boolean;
}

const manager = await Manager.start();
afterAll(() => manager.shutdown());

interface Implementation<Q> {
  readonly name: string;
  make(options?: { maxsize?: number }): Q;
}

const joinable: Implementation<AnyJoinableQueue>[] = [
  { name: 'JoinableQueue', make: (options) => new JoinableQueue(options) },
  { name: 'JoinableQueueProxy', make: (options) => manager.joinableQueue(options) },
];
const implementations: Implementation<AnyQueue>[] = [
  { name: 'Queue', make: (options) => new Queue(options) },
  { name: 'QueueProxy', make: (options) => manager.queue(options) },
  ...joinable,
];

function closing<Q extends AnyQueue>(queue: Q): Q {
  onTestFinished(() => {
    queue.close();
  });
  return queue;
}

const aborted = (reason: Error): AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  return controller.signal;
};

const tries: Options[] = [{ timeout: 10 }, { timeout: 0 }, { timeout: -1 }, { block: false }];
const wrong = [{ timeout: NaN }, { timeout: '5' }, { block: 1 }, { signal: 5 }, null, 5] as never[];

describe.each(implementations)('$name', ({ make }) => {
  test('gives items in their order, in every form', async () => {
    const queue = closing(make());
    await queue.put(0);
    queue.putSync(1);
    await queue.putMany([2, 3]);
    queue.putManySync([4, 5]);
    expect([await queue.get(), queue.getSync()]).toEqual([0, 1]);
    expect(await queue.getMany(2)).toEqual([2, 3]);
    expect(queue.getManySync(9)).toEqual([4, 5]);
  });

  test('that is empty throws a QueueEmptyError after a timeout', async () => {
    const queue = closing(make());
    for (const options of tries) {
      await expect(queue.get(options)).rejects.toThrow(QueueEmptyError);
      await expect(queue.getMany(2, options)).rejects.toThrow(QueueEmptyError);
      expect(() => queue.getSync(options)).toThrow(QueueEmptyError);
      expect(() => queue.getManySync(2, options)).toThrow(QueueEmptyError);
    }
  });

  test('that is full throws a QueueFullError after a timeout, which says how many were put', async () => {
    const queue = closing(make({ maxsize: 1 }));
    await expect(queue.putMany([1, 2], { timeout: 10 })).rejects.toMatchObject({ itemsPut: 1 });
    for (const options of tries) {
      await expect(queue.put(3, options)).rejects.toThrow(QueueFullError);
      expect(() => queue.putSync(3, options)).toThrow(QueueFullError);
      expect(() => queue.putManySync([3], options)).toThrow(QueueFullError);
    }
    expect(await queue.get()).toBe(1);
  });

  test('wakes those that wait for items and for room', async () => {
    const queue = closing(make({ maxsize: 1 }));
    const got = queue.get();
    await queue.put('first');
    expect(await got).toBe('first');
    await queue.put(1);
    const put = queue.put(2);
    expect([await queue.get(), await queue.get()]).toEqual([1, 2]);
    await put;
  });

  test('wrong options are a TypeError, and nothing is put or taken', async () => {
    const queue = closing(make());
    await queue.put(1);
    for (const options of wrong) {
      await expect(queue.put(2, options)).rejects.toThrow(TypeError);
      await expect(queue.get(options)).rejects.toThrow(TypeError);
      await expect(queue.drained(options)).rejects.toThrow(TypeError);
      expect(() => queue.putSync(2, options)).toThrow(TypeError);
      expect(() => queue.getSync(options)).toThrow(TypeError);
    }
    expect(await queue.getMany(9)).toEqual([1]);
  });

  test('a wait that is aborted throws the reason, and nothing is put or taken', async () => {
    const queue = closing(make({ maxsize: 1 }));
    const reason = new Error('never mind');
    await expect(queue.get({ signal: aborted(reason) })).rejects.toBe(reason);
    await queue.put(1);
    await expect(queue.put(2, { signal: aborted(reason) })).rejects.toBe(reason);
    await expect(queue.drained({ signal: aborted(reason) })).rejects.toBe(reason);
    expect(await queue.getMany(9)).toEqual([1]);
  });

  test('drained() waits until what is there has been taken; false after a timeout', async () => {
    const queue = closing(make());
    expect(await queue.drained()).toBe(true);
    await queue.put(1);
    expect([await queue.drained({ timeout: 10 }), queue.drainedSync({ timeout: 10 })]).toEqual([false, false]);
    const drained = queue.drained();
    await queue.get();
    expect(await drained).toBe(true);
  });

  test('after shutdown() gives what is left, then throws a QueueShutDownError', async () => {
    const queue = closing(make());
    await queue.putMany([1, 2]);
    await queue.shutdown();
    await expect(queue.put(3)).rejects.toThrow(QueueShutDownError);
    expect(() => queue.putSync(3)).toThrow(QueueShutDownError);
    const items: unknown[] = [];
    for await (const item of queue) items.push(item);
    expect(items).toEqual([1, 2]);
    await expect(queue.get()).rejects.toThrow(QueueShutDownError);
    expect(() => queue.getSync()).toThrow(QueueShutDownError);
  });

  test('shutdown({ immediate: true }) throws away what is left, and ends waits', async () => {
    const queue = closing(make());
    const got = queue.get();
    const ended = expect(got).rejects.toThrow(QueueShutDownError);
    await queue.shutdown({ immediate: true });
    await ended;
    expect(() => queue.getManySync(1)).toThrow(QueueShutDownError);
  });
});

describe.each(joinable)('$name', ({ make }) => {
  test('join() waits until each item is done; false after a timeout', async () => {
    const queue = closing(make());
    expect([await queue.join(), queue.joinSync()]).toEqual([true, true]);
    await queue.putMany([1, 2]);
    const joined = queue.join();
    await queue.getMany(2);
    await queue.taskDone();
    expect([await queue.join({ timeout: 10 }), queue.joinSync({ timeout: 10 })]).toEqual([false, false]);
    const reason = new Error('never mind');
    await expect(queue.join({ signal: aborted(reason) })).rejects.toBe(reason);
    await queue.taskDone();
    expect(await joined).toBe(true);
  });

  test('taskDone() once too often is a RangeError', async () => {
    const queue = closing(make());
    await expect((async () => queue.taskDone())()).rejects.toThrow(RangeError);
  });

  test('shutdown({ immediate: true }) ends join()', async () => {
    const queue = closing(make());
    await queue.put(1);
    const joined = queue.join();
    await queue.shutdown({ immediate: true });
    expect(await joined).toBe(true);
  });
});
