import { statSync } from 'node:fs';
import { join } from 'node:path';
import { JoinableQueue, Queue } from '@multiprocess/queue';
import { parseHandle, QueueEmptyError, QueueShutDownError } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog: each of these starts some twenty threads, one after the other

const MIB = 2 ** 20;
const before = ['first', 'second'];

function newQueue(options: { maxsize?: number; memory?: number } = {}): Queue<string> {
  const queue = new Queue<string>(options);
  queue.putManySync(before);
  return queue;
}

/** Bytes of shared memory that the queue takes now. */
function bytesInUse(queue: Queue<string>): number {
  const file = `s-${parseHandle(queue.handle).reference}`;
  return statSync(join(process.env['MULTIPROCESS_DIR'] ?? '', file)).blocks * 512;
}

/** Whatever it was in the middle of, the others put and take as if it had never been there. */
function checkUse(queue: Queue<string>, expected: readonly string[]): void {
  queue.putSync('after');
  expect(queue.size).toBe(expected.length + 1);
  expect(queue.getManySync(100)).toEqual([...expected, 'after']);
  expect([queue.size, queue.empty, queue.full]).toEqual([0, true, false]);
  expect(() => queue.getNowait()).toThrow(QueueEmptyError);
}

describe.each([
  { kind: 'unbounded', options: {} },
  { kind: 'bounded', options: { maxsize: 5 } },
])('a thread that dies at any step, queue $kind', ({ options }) => {
  const puts = { putSync: ['dying'], putManySync: ['dying 1', 'dying 2'], putLarge: ['dying'.padEnd(40_000)] };

  test.each(Object.entries(puts))('of %s has put its items all or none', async (action, items) => {
    let seen = 0;
    const died = await dieAtEveryStep(
      action,
      () => newQueue(options),
      (queue: Queue<string>) => {
        const put = queue.getManySync(100).slice(before.length);
        if (put.length > 0) seen++;
        expect([[], items]).toContainEqual(put);
        checkUse(queue, []);
      },
    );
    expect(died).toBeGreaterThan(3);
    expect(seen).toBeGreaterThan(1); // the one that lived, and some that died having put
    expect(seen).toBeLessThan(died);
  });

  test.each(['getSync', 'getManySync'])('of %s has taken its items or has not', async (action) => {
    const counts = new Set<number>();
    const died = await dieAtEveryStep(
      action,
      () => newQueue(options),
      (queue: Queue<string>) => {
        const left = queue.size === 0 ? [] : queue.getManySync(100);
        counts.add(left.length);
        expect(before.slice(before.length - left.length)).toEqual(left);
        checkUse(queue, []);
      },
    );
    expect(died).toBeGreaterThan(3);
    expect([...counts].sort()).toEqual(action === 'getSync' ? [1, 2] : [0, 2]);
  });
});

describe('a thread that dies at any step', () => {
  test.each(['putSync', 'putManySync', 'getSync', 'getManySync'])(
    'of %s keeps no other thread from using the whole of it',
    async (action) => {
      await dieAtEveryStep(
        action,
        () => newQueue({ memory: 2 ** 14 }),
        (queue: Queue<string>) => {
          queue.putSync('x'.repeat(8000), { timeout: 0 });
          expect(queue.getManySync(100).at(-1)).toBe('x'.repeat(8000));
          checkUse(queue, []);
        },
      );
    },
  );

  test.each(['getSync', 'putSync'])('of %s keeps no memory that a backlog has taken', async (action) => {
    const backlog = 600;
    const died = await dieAtEveryStep(
      action,
      () => {
        const queue = new Queue<string>();
        for (let i = 0; i < backlog; i++) queue.putSync('x'.repeat(30_000));
        // One item is left, so that taking it is what makes the queue small.
        if (action === 'getSync') queue.getManySync(backlog - 1);
        while (action === 'getSync' && queue.size > 1) queue.getSync();
        return queue;
      },
      (queue: Queue<string>) => {
        while (!queue.empty) queue.getSync();
        expect(() => queue.getSync({ timeout: 1 })).toThrow(QueueEmptyError);
        expect(bytesInUse(queue)).toBeLessThanOrEqual(3 * MIB);
        checkUse(queue, []);
      },
    );
    expect(died).toBeGreaterThan(3);
  });

  test.each(['putSync', 'putManySync', 'putLarge'])('of %s keeps no consumer waiting', async (action) => {
    const started = new Map<Queue<string>, Promise<string>>();
    const died = await dieAtEveryStep(
      action,
      () => {
        const queue = new Queue<string>();
        started.set(queue, queue.get());
        return queue;
      },
      async (queue: Queue<string>) => {
        const got = started.get(queue);
        if (queue.size === 0) queue.putSync('after'); // it had put nothing, or its item has been got
        expect(await got).toMatch(/^(dying|after)/);
      },
    );
    expect(died).toBeGreaterThan(3);
  });

  test('of shutdown() has shut it down or has not, and waiters learn it', async () => {
    const awaited = new Map<Queue<string>, Promise<string>>();
    await dieAtEveryStep(
      'shutdown',
      () => {
        const queue = new Queue<string>();
        const got = queue.get();
        got.catch(() => undefined);
        awaited.set(queue, got);
        return queue;
      },
      async (queue: Queue<string>) => {
        try {
          queue.putSync('after');
          expect(await awaited.get(queue)).toBe('after');
        } catch (error) {
          expect(error).toBeInstanceOf(QueueShutDownError);
          await expect(awaited.get(queue)).rejects.toThrow(QueueShutDownError);
        }
      },
    );
  });

  test('of an immediate shutdown leaves a queue that ends', async () => {
    await dieAtEveryStep(
      'shutdownImmediate',
      () => newQueue(),
      (queue: Queue<string>) => {
        queue.shutdown();
        const rest = [];
        for (;;) {
          try {
            rest.push(queue.getSync());
          } catch (error) {
            expect(error).toBeInstanceOf(QueueShutDownError);
            break;
          }
        }
        expect([[], before]).toContainEqual(rest);
        expect(queue.size).toBe(0);
      },
    );
  });

  test('of defining the shape of its items leaves a queue that carries that shape', async () => {
    const seen = new Set<number>();
    await dieAtEveryStep(
      'putRecords',
      () => new Queue<object>(),
      (queue: Queue<object>) => {
        const put = queue.size === 0 ? [] : queue.getManySync(100);
        seen.add(put.length);
        expect(put).toEqual([1, 2].slice(0, put.length).map((dying) => ({ dying, shape: 'new' })));
        for (let i = 0; i < 5; i++) {
          queue.putSync({ dying: i, shape: 'new' });
          expect(queue.getSync()).toEqual({ dying: i, shape: 'new' });
        }
      },
    );
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });

  test.each(['putSync', 'putManySync'])('of %s leaves no item that would have to be done', async (action) => {
    const joined = new Map<object, Promise<boolean>>();
    await dieAtEveryStep(
      action,
      () => {
        const queue = new JoinableQueue<string>();
        queue.putSync('before');
        joined.set(queue, queue.join());
        return queue;
      },
      async (queue: JoinableQueue<string>) => {
        for (const _ of queue.getManySync(100)) queue.taskDone();
        expect(queue.unfinished).toBe(0);
        expect(await joined.get(queue)).toBe(true);
      },
    );
  });

  test('of taskDone() has counted or has not, and a joining thread learns it', async () => {
    const counts = new Set<number>();
    const joined = new Map<object, Promise<boolean>>();
    await dieAtEveryStep(
      'taskDone',
      () => {
        const queue = new JoinableQueue<string>();
        queue.putSync('item');
        joined.set(queue, queue.join());
        return queue;
      },
      async (queue: JoinableQueue<string>) => {
        counts.add(queue.unfinished);
        if (queue.unfinished === 1) queue.taskDone();
        expect(await joined.get(queue)).toBe(true);
      },
    );
    expect([...counts].sort()).toEqual([0, 1]);
  });
});
