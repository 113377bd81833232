import { setTimeout as delay } from 'node:timers/promises';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock } from '@multiprocess/sync';
import { expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some hundred processes

const ROUNDS = times(12);
const AT_ONCE = 6;

/** Lets processes use the object, and kills them all at a random moment; what is left must serve those who live. */
async function killAll(object: { readonly handle: string }, examine: () => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const children = Array.from({ length: AT_ONCE }, () =>
      startChild(new URL('fixtures/churn.mjs', import.meta.url), { args: [object.handle] }),
    );
    for (const child of children) await child.line('churns');
    await delay(Math.random() * 20);
    await Promise.all(children.map((child) => child.kill()));
    await examine();
  }
}

const manyTimes = `${ROUNDS * AT_ONCE} times over`;

const locks = [
  { name: 'Lock', make: () => new Lock() },
  { name: 'fair Lock', make: () => new Lock({ fair: true }) },
  { name: 'RLock', make: () => new RLock() },
];

test.each(locks)(`a $name that was in use by processes that were killed can be had, ${manyTimes}`, async ({ make }) => {
  using lock = make();
  await killAll(lock, async () => {
    expect(await lock.acquire()).toBe(true);
    lock.release();
    expect(lock.acquireSync()).toBe(true);
    lock.release();
  });
});

test(`an RWLock that was in use by processes that were killed can be had in both ways, ${manyTimes}`, async () => {
  using lock = new RWLock();
  await killAll(lock, async () => {
    expect(lock.readers).toBe(0);
    const reading = [lock.readLock.acquire(), lock.readLock.acquire()];
    expect(await Promise.all(reading)).toEqual([true, true]);
    const writing = lock.writeLock.acquire();
    lock.readLock.release();
    lock.readLock.release();
    expect(await writing).toBe(true);
    lock.writeLock.release();
    expect(lock.readLock.acquireSync()).toBe(true);
    lock.readLock.release();
  });
});

test(`a BoundedSemaphore has all the permits of processes that were killed, ${manyTimes}`, async () => {
  using semaphore = new BoundedSemaphore({ value: 3 });
  await killAll(semaphore, async () => {
    expect(semaphore.value).toBe(3);
    for (let i = 0; i < 3; i++) expect(await semaphore.acquire()).toBe(true);
    expect(semaphore.tryAcquire()).toBe(false);
    semaphore.release(3);
  });
});

test(`an Event that processes waited for and set when they were killed works, ${manyTimes}`, async () => {
  using event = new Event();
  await killAll(event, async () => {
    event.clear();
    const waiting = event.wait();
    event.set(); // returns at once
    expect(await waiting).toBe(true);
  });
});

test(`a Condition that processes waited for and notified when they were killed works, ${manyTimes}`, async () => {
  using condition = new Condition();
  await killAll(condition, async () => {
    const waits = [condition.run(() => condition.wait()), condition.run(() => condition.wait())];
    for (let i = 0; i < 2; i++) {
      await condition.run(() => {
        condition.notify(); // none of the killed takes it
      });
    }
    expect(await Promise.all(waits)).toEqual([true, true]);
  });
});

test(`a Barrier whose parties were killed can be reset and used, ${manyTimes}`, async () => {
  using barrier = new Barrier({ parties: 3 });
  await killAll(barrier, async () => {
    barrier.reset();
    const places = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]);
    expect(places.sort()).toEqual([0, 1, 2]);
  });
});
