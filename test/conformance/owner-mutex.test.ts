import { OwnerMutex, WaitQueue, waitSync } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { implementations } from './implementations.js';

const COUNTER = 48;
const forms = [{ form: 'block' }, { form: 'await' }] as const;

describe.each(implementations)('OwnerMutex over $name', ({ newSite }) => {
  function setUp() {
    const site = newSite();
    const mutex = new OwnerMutex(site.words, 0, site.thread);
    /** Until a thread has announced that it sleeps. */
    const aThreadSleeps = () => until(() => Atomics.load(site.words, 0) < 0);
    return { ...site, mutex, aThreadSleeps };
  }

  test('one thread holds it at a time, and it names that thread', async () => {
    const { mutex, thread, start } = setUp();
    const peer = await start();
    expect(mutex.owner).toBe(0);
    expect(mutex.tryLock()).toBe(true);
    expect(mutex.owner).toBe(thread.self);
    expect(mutex.tryLock()).toBe(false);
    expect(mutex.tryTakeOver()).toBe(false);
    expect(await peer.ask({ action: 'tryLock' })).toBe(false);
    expect(mutex.unlock()).toBe(true);
    expect(await peer.ask({ action: 'tryLock' })).toBe(true);
    expect(mutex.owner).toBe(await peer.ask({ action: 'self' }));
  });

  test('unlock() says whether it was held, and takes it from its holder', async () => {
    const { mutex, start } = setUp();
    expect(mutex.unlock()).toBe(false);
    const peer = await start();
    await peer.ask({ action: 'tryLock' });
    expect(mutex.unlock()).toBe(true);
    expect(mutex.owner).toBe(0);
  });

  test.each(forms)('unlock() wakes a waiter that would $form', async ({ form }) => {
    const { mutex, start, aThreadSleeps } = setUp();
    const peer = await start();
    mutex.tryLock();
    const locked = peer.ask({ action: 'lock', form });
    await aThreadSleeps();
    mutex.unlock();
    expect(await locked).toBe(false); // not taken over from a dead one
    expect(mutex.owner).toBe(await peer.ask({ action: 'self' }));
  });

  test.each(forms)('several waiters that $form are served one after the other', async ({ form }) => {
    const { mutex, start, aThreadSleeps } = setUp();
    const peers = await Promise.all([start(), start(), start()]);
    mutex.tryLock();
    const turns = peers.map(async (peer) => {
      await peer.ask({ action: 'lock', form });
      await peer.ask({ action: 'unlock' });
    });
    await aThreadSleeps();
    mutex.unlock();
    await Promise.all(turns);
    expect(mutex.owner).toBe(0);
  });

  test.each(forms)(
    'a waiter that would $form gives up in time, and the next is woken nevertheless',
    async ({ form }) => {
      const { mutex, start, aThreadSleeps } = setUp();
      const [impatient, patient] = await Promise.all([start(), start()]);
      mutex.tryLock();
      const locked = patient.ask({ action: 'lock', form });
      await aThreadSleeps();
      expect(await impatient.ask({ action: 'lock', form, timeout: 20 })).toBe(undefined);
      mutex.unlock();
      expect(await locked).toBe(false);
    },
  );

  test.each(forms)('a wake that finds a waiter that would $form just giving up goes to the next', async ({ form }) => {
    const { mutex, start, aThreadSleeps } = setUp();
    const [impatient, patient] = await Promise.all([start(), start()]);
    for (let round = 0; round < 20; round++) {
      mutex.tryLock();
      const giving = impatient.ask({ action: 'lock', form, timeout: 10 });
      const locked = patient.ask({ action: 'lock', form });
      await aThreadSleeps();
      await new Promise((resolve) => setTimeout(resolve, 9)); // at about the end of that time: not to wait for anything
      mutex.unlock();
      if ((await giving) === false) await impatient.ask({ action: 'unlock' });
      expect(await locked).toBe(false);
      await patient.ask({ action: 'unlock' });
    }
  });

  test('is taken over from a thread that ended while it held it', async () => {
    const { mutex, start, end, thread } = setUp();
    const peer = await start();
    await peer.ask({ action: 'tryLock' });
    await end(peer);
    expect(mutex.tryLock()).toBe(false);
    await until(() => thread.isDead(mutex.owner));
    expect(mutex.tryTakeOver()).toBe(true);
    expect(mutex.owner).toBe(thread.self);
  });

  test.each(forms)('the end of its owner wakes a waiter that would $form, once', async ({ form }) => {
    const { start, end, aThreadSleeps } = setUp();
    const [holder, first, second] = await Promise.all([start(), start(), start()]);
    await holder.ask({ action: 'tryLock' });
    const waits = [first, second].map(async (peer) => {
      const tookOver = await peer.ask({ action: 'lock', form });
      await peer.ask({ action: 'unlock' });
      return tookOver;
    });
    await aThreadSleeps();
    await end(holder);
    expect((await Promise.all(waits)).sort()).toEqual([false, true]);
  });

  test.each(forms)('a thread that ends while it would $form hinders no other', async ({ form }) => {
    const { mutex, start, end, aThreadSleeps } = setUp();
    const [doomed, patient] = await Promise.all([start(), start()]);
    mutex.tryLock();
    void doomed.ask({ action: 'lock', form });
    await aThreadSleeps();
    const locked = patient.ask({ action: 'lock', form });
    await end(doomed);
    mutex.unlock();
    expect(await locked).toBe(false);
  });

  test('a count that threads raise in both forms is exact', async () => {
    const { words, start, mutex, thread } = setUp();
    const peers = await Promise.all([start(), start()]);
    const counts = peers.map((peer, i) =>
      peer.ask({ action: 'count', form: i === 0 ? 'block' : 'await', times: 5000 }),
    );
    const line = new WaitQueue(thread.parker);
    for (let i = 0; i < 5000; i++) {
      if (i % 2 === 0) await line.wait(() => mutex.locking(), Infinity);
      else waitSync(thread.parker, mutex.locking(), Infinity);
      words[COUNTER]!++;
      mutex.unlock();
    }
    await Promise.all(counts);
    expect(words[COUNTER]).toBe(15_000);
    expect(mutex.owner).toBe(0);
  });
});
