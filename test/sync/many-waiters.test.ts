import { FutexParker } from '@multiprocess/shared-memory';
import { Condition, Event, Lock, RLock, Semaphore } from '@multiprocess/sync';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const MANY = 10_000;

/** Counts the waits in shared memory that this thread begins from now on, as far as they are for words of such a segment. */
function countWaits(isMeant = (_words: Int32Array): boolean => true): () => number {
  const { watch } = FutexParker.prototype;
  let waits = 0;
  FutexParker.prototype.watch = function (pause, wake) {
    if (pause.kind === 'park' && isMeant(pause.words)) waits++;
    return watch.call(this, pause, wake);
  };
  onTestFinished(() => {
    FutexParker.prototype.watch = watch;
  });
  return () => waits;
}

/** Counts what this thread does to shared memory from now on. */
function countLooks(): () => number {
  let looks = 0;
  for (const name of ['load', 'compareExchange', 'exchange', 'add', 'sub', 'and', 'or', 'store'] as const) {
    const original = Atomics[name] as (...args: unknown[]) => unknown;
    const counted = (...args: unknown[]): unknown => {
      looks++;
      return original(...args);
    };
    Object.assign(Atomics, { [name]: counted });
    onTestFinished(() => {
      Object.assign(Atomics, { [name]: original });
    });
  }
  return () => looks;
}

test('10 000 waiters for one Event in one thread are one wait in shared memory, and all are served', async () => {
  using event = new Event();
  const waits = countWaits();
  const results = Array.from({ length: MANY }, () => event.wait());
  expect(waits()).toBeLessThanOrEqual(1);
  event.set();
  expect((await Promise.all(results)).every((result) => result)).toBe(true);
  expect(waits()).toBeLessThanOrEqual(2);
});

test('10 000 waiters for one Semaphore likewise, in order', async () => {
  using semaphore = new Semaphore({ value: 0 });
  const waits = countWaits();
  const order: number[] = [];
  const results = Array.from({ length: MANY }, async (_, i) => {
    await semaphore.acquire();
    order.push(i);
  });
  expect(waits()).toBeLessThanOrEqual(1);
  semaphore.release(MANY);
  await Promise.all(results);
  expect(order.every((value, i) => value === i)).toBe(true);
  expect(semaphore.value).toBe(0);
  expect(waits()).toBeLessThanOrEqual(2);
});

const kinds = [
  {
    name: 'Event',
    make: () => new Event(),
    wait: (event: Event) => event.wait(),
    serve: (event: Event) => {
      event.set();
    },
  },
  {
    name: 'Semaphore',
    make: () => new Semaphore({ value: 0 }),
    wait: (semaphore: Semaphore) => semaphore.acquire(),
    serve: (semaphore: Semaphore, waiters: number) => {
      semaphore.release(waiters);
    },
  },
] as unknown as {
  name: string;
  make(): Disposable;
  wait(object: Disposable): Promise<boolean>;
  serve(object: Disposable, waiters: number): void;
}[];

test.each(kinds)(
  'as many waiters for one $name look at it in proportion to their number',
  async ({ make, wait, serve }) => {
    const looks = countLooks();
    const looksOf = async (waiters: number): Promise<number> => {
      using object = make();
      const before = looks();
      const results = Array.from({ length: waiters }, () => wait(object));
      serve(object, waiters);
      expect((await Promise.all(results)).every((result) => result)).toBe(true);
      return looks() - before;
    };
    const few = await looksOf(8 * MANY);
    expect(few).toBeGreaterThan(0);
    // If each went through all the others in a list, without a look at memory, the watchdog would end this.
    expect(await looksOf(32 * MANY)).toBeLessThan(4.1 * few);
  },
);

const locks = [Lock, RLock].map((Class) => ({ name: Class.name, Class }));

test.each(locks)('10 000 waiters for one $name have it one after the other', async ({ Class }) => {
  using lock = new Class();
  let inside = 0;
  let turns = 0;
  const tasks = Array.from({ length: MANY }, async () => {
    await lock.acquire();
    expect(++inside).toBe(1);
    turns++;
    inside--;
    lock.release();
  });
  await Promise.all(tasks);
  expect(turns).toBe(MANY);
  expect(lock.locked).toBe(false);
});

test('10 000 waits for one Condition are notified, and wake no others', async () => {
  using lock = new Lock();
  using condition = new Condition({ lock });
  // Not those for the lock, which they have one after the other.
  const waits = countWaits(({ byteLength }) => byteLength > 4096);
  const results = Array.from({ length: MANY }, async () => {
    await condition.acquire();
    const notified = await condition.wait();
    condition.release();
    return notified;
  });
  const notifier = condition.run(() => {
    condition.notifyAll(); // comes last to the lock, so that all others wait by then
  });
  await notifier;
  expect((await Promise.all(results)).every((result) => result)).toBe(true);
  expect(waits()).toBeLessThan(100);
});

test('10 000 waits that are aborted at once leave nothing', async () => {
  using event = new Event();
  const controller = new AbortController();
  const results = Array.from({ length: MANY }, () => event.wait({ signal: controller.signal }));
  controller.abort();
  const ends = await Promise.allSettled(results);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  const last = event.wait();
  event.set();
  expect(await last).toBe(true);
});

test('a program that only waits looks ten times a second at most, whatever it waits for', async () => {
  const child = startChild(new URL('fixtures/idle.mjs', import.meta.url));
  const { waits, seconds } = JSON.parse(await child.line(/^\{/)) as { waits: number; seconds: number };
  expect(waits / seconds).toBeLessThanOrEqual(150); // of a thousand that are pending, as many began anew
});

test('a thread that is blocked looks ten times a second at most', async () => {
  const child = startChild(new URL('fixtures/blocked.mjs', import.meta.url));
  const { looks } = JSON.parse(await child.line(/^\{/)) as { looks: number };
  expect(looks).toBeLessThanOrEqual(11 + 1); // one second of slices of 100 ms, and the spin before
});
