import { HandleError, NotOwnedError } from '@multiprocess/shared-memory';
import { BoundedSemaphore, Semaphore } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { end, forms, inForm, places, User } from './use.js';

const classes = [Semaphore, BoundedSemaphore] as const;

describe.each(classes.map((Class) => ({ name: Class.name, Class })))('a $name', ({ Class }) => {
  test('has one permit unless it is told otherwise', () => {
    using semaphore = new Class();
    expect(semaphore.value).toBe(1);
    expect([semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([true, false]);
  });

  test('lets in as many as it has permits, in either form', async () => {
    using semaphore = new Class({ value: 3 });
    expect(semaphore.tryAcquire()).toBe(true);
    expect(semaphore.acquireSync()).toBe(true);
    expect(await semaphore.acquire()).toBe(true);
    expect(semaphore.value).toBe(0);
    expect(semaphore.tryAcquire()).toBe(false);
    expect(semaphore.acquireSync({ timeout: 5 })).toBe(false);
    expect(semaphore.acquireSync({ block: false, timeout: 1e9 })).toBe(false);
    expect(await semaphore.acquire({ timeout: 5 })).toBe(false);
    semaphore.release();
    expect(semaphore.value).toBe(1);
    expect(await semaphore.acquire({ timeout: -1 })).toBe(true);
  });

  test('may have no permit at first', () => {
    using semaphore = new Class({ value: 0 });
    expect(semaphore.tryAcquire()).toBe(false);
    expect(semaphore.acquireSync({ timeout: 0 })).toBe(false);
    expect(semaphore.value).toBe(0);
  });

  test('gives back several at once', () => {
    using semaphore = new Class({ value: 5 });
    for (let i = 0; i < 5; i++) semaphore.acquireSync();
    semaphore.release(3);
    expect(semaphore.value).toBe(3);
    semaphore.release(2);
    expect(semaphore.value).toBe(5);
  });

  test.each([0, -1, 1.5, NaN, Infinity])('release(%d) is a RangeError and changes nothing', (n) => {
    using semaphore = new Class({ value: 2 });
    semaphore.acquireSync();
    expect(() => semaphore.release(n)).toThrow(RangeError);
    expect(semaphore.value).toBe(1);
  });

  test.each(['1', null, {}, 1n])('release(%s) is a TypeError and changes nothing', (n) => {
    using semaphore = new Class({ value: 2 });
    semaphore.acquireSync();
    expect(() => semaphore.release(n as number)).toThrow(TypeError);
    expect(semaphore.value).toBe(1);
  });

  test.each([-1, 0.5, NaN, Infinity, 2 ** 31])('a value of %d is a RangeError that says so', (value) => {
    expect(() => new Class({ value })).toThrow(RangeError);
    expect(() => new Class({ value })).toThrow(String(value));
  });

  test.each(['1', null, {}, 1n])('a value of %s is a TypeError', (value) => {
    expect(() => new Class({ value: value as number })).toThrow(TypeError);
  });

  test('under a name has the value it was made with, else it is a HandleError', () => {
    using semaphore = new Class({ name: `pool of ${Class.name}`, value: 2 });
    semaphore.acquireSync();
    using same = new Class({ name: `pool of ${Class.name}`, value: 2 });
    expect(same.value).toBe(1);
    expect(() => new Class({ name: `pool of ${Class.name}`, value: 3 })).toThrow(HandleError);
    expect(() => new Class({ name: `pool of ${Class.name}` })).toThrow(HandleError);
    expect(semaphore.value).toBe(1);
  });

  test('serves async callers of one thread in order', async () => {
    using semaphore = new Class({ value: 2 });
    const order: number[] = [];
    const turns = Array.from({ length: 100 }, (_, i) =>
      semaphore.run(async () => {
        order.push(i);
        await new Promise((resolve) => setImmediate(resolve));
      }),
    );
    await Promise.all(turns);
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(semaphore.value).toBe(2);
  });

  test('never lets in more than it has permits, nor fewer', async () => {
    using semaphore = new Class({ value: 3 });
    let inside = 0;
    let most = 0;
    const task = () =>
      semaphore.run(async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      });
    await Promise.all(Array.from({ length: 30 }, task));
    expect(most).toBe(3);
  });

  describe.each(forms)('whose waiter (%s) sleeps', (form) => {
    const acquire = inForm('acquire', form);

    test.each(places)('in another %s wakes it by a release', async (where) => {
      using semaphore = new Class();
      semaphore.acquireSync();
      const waiter = new User(semaphore, where);
      await waiter.wait(acquire);
      semaphore.release();
      expect(await waiter.result(acquire)).toBe('true');
      expect(semaphore.value).toBe(0);
    });

    test('wakes as many as permits were given back', async () => {
      using semaphore = new Class({ value: 2 });
      semaphore.acquireSync();
      semaphore.acquireSync();
      const waiters = [new User(semaphore), new User(semaphore)];
      for (const waiter of waiters) await waiter.wait(acquire);
      semaphore.release(2);
      expect(await Promise.all(waiters.map((waiter) => waiter.result(acquire)))).toEqual(['true', 'true']);
      expect(semaphore.value).toBe(0);
    });

    test('gives the permit to another one if it is killed', async () => {
      using semaphore = new Class();
      semaphore.acquireSync();
      const [doomed, patient] = [new User(semaphore), new User(semaphore)];
      await doomed.wait(acquire);
      await patient.wait(acquire);
      await doomed.child.kill();
      semaphore.release();
      expect(await patient.result(acquire)).toBe('true');
    });

    test('gives the permit to another one if its time is over', async () => {
      using semaphore = new Class();
      semaphore.acquireSync();
      const [impatient, patient] = [new User(semaphore), new User(semaphore)];
      await patient.wait(acquire);
      expect(await impatient.call(acquire, { timeout: 20 })).toBe('false');
      semaphore.release();
      expect(await patient.result(acquire)).toBe('true');
    });
  });
});

describe('Semaphore', () => {
  test('may be given more than at first, by any thread', async () => {
    using semaphore = new Semaphore({ value: 0 });
    const other = new User(semaphore);
    expect(await other.call('release', 3)).toBe('done');
    expect(semaphore.value).toBe(3);
  });

  test('counts to 2 ** 31 - 1; a release beyond is a RangeError and changes nothing', () => {
    using semaphore = new Semaphore({ value: 2 ** 31 - 2 });
    semaphore.release();
    expect(semaphore.value).toBe(Semaphore.MAX_PERMITS);
    expect(() => semaphore.release()).toThrow(RangeError);
    expect(() => semaphore.release(2 ** 31 - 1)).toThrow(RangeError);
    expect(semaphore.value).toBe(2 ** 31 - 1);
    expect(semaphore.tryAcquire()).toBe(true);
  });

  test('keeps the permit of a holder that died: it has no owner', async () => {
    using semaphore = new Semaphore();
    const holder = new User(semaphore);
    await holder.call('acquireSync');
    await holder.child.kill();
    expect(semaphore.acquireSync({ timeout: 300 })).toBe(false);
    semaphore.release();
    expect(semaphore.tryAcquire()).toBe(true);
  });
});

describe('BoundedSemaphore', () => {
  test('a release above the value it was made with is a NotOwnedError and changes nothing', () => {
    using semaphore = new BoundedSemaphore({ value: 2 });
    expect(() => semaphore.release()).toThrow(NotOwnedError);
    semaphore.acquireSync();
    expect(() => semaphore.release(2)).toThrow(NotOwnedError);
    expect(semaphore.value).toBe(1);
    semaphore.release();
    expect(() => semaphore.release()).toThrow(NotOwnedError);
    expect(semaphore.value).toBe(2);
  });

  test('a permit may be given back by another process than took it', async () => {
    using semaphore = new BoundedSemaphore({ value: 2 });
    const other = new User(semaphore);
    await other.call('acquireSync');
    semaphore.release();
    expect(semaphore.value).toBe(2);
    expect(await other.call('release')).toMatch(/^NotOwnedError/);
  });

  test('more than 65 536 permits are a RangeError: each has an owner', () => {
    using semaphore = new BoundedSemaphore({ value: BoundedSemaphore.MAX_PERMITS });
    expect(semaphore.value).toBe(65_536);
    expect(semaphore.tryAcquire()).toBe(true);
    expect(() => new BoundedSemaphore({ value: BoundedSemaphore.MAX_PERMITS + 1 })).toThrow(RangeError);
  });

  describe.each(places)('the permits of a %s that has ended', (where) => {
    test('are all free', async () => {
      using semaphore = new BoundedSemaphore({ value: 3 });
      const holder = new User(semaphore, where);
      await holder.call('acquireSync');
      await holder.call('acquire');
      semaphore.acquireSync();
      expect(semaphore.value).toBe(0);
      await end(holder, where);
      expect(semaphore.acquireSync()).toBe(true);
      expect(semaphore.acquireSync()).toBe(true);
      expect(semaphore.value).toBe(0);
      expect(semaphore.tryAcquire()).toBe(false);
    });

    test.each(forms)('go to a waiter (%s), also where living threads hold permits', async (form) => {
      using semaphore = new BoundedSemaphore({ value: 2 });
      semaphore.acquireSync();
      const holder = new User(semaphore, where);
      await holder.call('acquireSync');
      const waiter = new User(semaphore);
      await waiter.wait(inForm('acquire', form));
      await end(holder, where);
      expect(await waiter.result(inForm('acquire', form))).toBe('true');
      expect(semaphore.tryAcquire()).toBe(false);
    });
  });

  test('another thread may release the permit of a thread that ended', async () => {
    using semaphore = new BoundedSemaphore();
    const holder = new User(semaphore);
    await holder.call('acquireSync');
    holder.child.say('');
    await holder.child.kill();
    semaphore.release();
    expect(semaphore.value).toBe(1);
    expect(() => semaphore.release()).toThrow(NotOwnedError);
  });
});
