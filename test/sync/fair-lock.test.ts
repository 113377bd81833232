import { inspect } from 'node:util';
import { attach, DeadlockError, HandleError } from '@multiprocess/shared-memory';
import { Condition, Lock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { end, forms, inForm, places, User } from './use.js';

const newLock = (): Lock => {
  const lock = new Lock({ fair: true });
  onTestFinished(() => {
    lock.close();
  });
  return lock;
};

/** Users that wait for it in that order, in processes and threads, in both forms. */
async function waiters(lock: Lock): Promise<{ user: User; method: string }[]> {
  const all = places.flatMap((where) => forms.map((form) => ({ where, method: inForm('acquire', form) })));
  const waiting: { user: User; method: string }[] = [];
  for (const { where, method } of [...all, ...all.toReversed()]) {
    const user = new User(lock, where);
    await user.wait(method);
    waiting.push({ user, method });
  }
  return waiting;
}

describe('a fair lock', () => {
  test('goes to processes and threads in order of arrival', async () => {
    const lock = newLock();
    lock.acquireSync();
    const waiting = await waiters(lock);
    const order: number[] = [];
    const turns = waiting.map(async ({ user, method }, i) => {
      expect(await user.result(method)).toBe('true');
      order.push(i);
      await user.call('release');
    });
    lock.release();
    await Promise.all(turns);
    expect(order).toEqual(waiting.map((_, i) => i));
    expect(lock.locked).toBe(false);
  });

  test('is handed over by release(): neither a try nor the releaser itself overtakes one that waits', async () => {
    const lock = newLock();
    const user = new User(lock);
    for (let round = 0; round < 20; round++) {
      lock.acquireSync();
      await user.wait('acquireSync');
      lock.release();
      expect(lock.tryAcquire()).toBe(false);
      expect(lock.acquireSync({ timeout: 0 })).toBe(false);
      expect(lock.owner?.pid).toBe(user.child.pid);
      const own = lock.acquire();
      expect(await user.result('acquireSync')).toBe('true');
      await user.call('release');
      expect(await own).toBe(true);
      lock.release();
    }
  });

  test.each(places)('passes over those in a %s that died or gave up while they waited', async (where) => {
    const lock = newLock();
    lock.acquireSync();
    const [dying, giving, next] = [new User(lock, where), new User(lock, where), new User(lock, where)];
    await dying.wait('acquireSync');
    await giving.wait('acquire', { timeout: 300 });
    await next.wait('acquire');
    await end(dying, where);
    expect(await giving.result('acquire')).toBe('false');
    lock.release();
    expect(await next.result('acquire')).toBe('true');
    expect(await next.call('ownerDied')).toBe('false');
    expect(lock.tryAcquire()).toBe(false);
  });

  test.each(places)(
    'of a %s that dies goes to the first that waits, which alone finds ownerDied true',
    async (where) => {
      const lock = newLock();
      const holder = new User(lock, where);
      await holder.call('acquireSync');
      const waiting = await waiters(lock);
      await end(holder, where);
      for (const [i, { user, method }] of waiting.entries()) {
        expect(await user.result(method)).toBe('true');
        expect(await user.call('ownerDied')).toBe(String(i === 0));
        await user.call('release');
      }
      expect(lock.tryAcquire()).toBe(true);
      expect(lock.ownerDied).toBe(false);
    },
  );

  test.each(forms)('goes on (%s) when one after the other of those that have it is killed', async (form) => {
    const lock = newLock();
    const users = Array.from({ length: 5 }, () => new User(lock));
    const [first, ...others] = users as [User, ...User[]];
    await first.call('acquireSync');
    for (const user of others) await user.wait(inForm('acquire', form));
    let holder = first;
    for (const user of others) {
      await holder.child.kill();
      expect(await user.result(inForm('acquire', form))).toBe('true');
      expect(await user.call('ownerDied')).toBe('true');
      holder = user;
    }
  });

  test('may be released by any thread, also before the one that it was handed to has noticed', async () => {
    const lock = newLock();
    lock.acquireSync();
    const waiting = lock.acquire();
    lock.release(); // it is handed over to the waiter,
    lock.release(); // and released for it
    expect(lock.locked).toBe(false);
    expect(await waiting).toBe(true);
    expect(() => lock.release()).toThrow(/without a matching acquire/);
    expect(lock.tryAcquire()).toBe(true);
    const user = new User(lock);
    await user.call('release');
    expect(lock.locked).toBe(false);
  });

  test('that this thread holds would be waited for in vain: a DeadlockError', () => {
    const lock = newLock();
    lock.acquireSync();
    expect(() => lock.acquireSync()).toThrow(DeadlockError);
    expect(lock.acquireSync({ timeout: 5 })).toBe(false);
    lock.release();
    expect(lock.acquireSync()).toBe(true);
  });

  test('works under a condition, also one that was attached to', async () => {
    const lock = newLock();
    using condition = new Condition({ lock });
    using other = Condition.attach(condition.handle);
    const waits = [condition.run(() => condition.wait()), condition.run(() => other.wait())];
    const user = new User(condition);
    await user.call('acquireSync');
    await user.wait('waitSync');
    await condition.run(() => {
      condition.notifyAll();
    });
    // They get the lock in the order in which they wake up: the other thread, which keeps it until it is told, may be the first.
    const released = user.result('waitSync').then(async (result) => {
      await user.call('release');
      return result;
    });
    expect(await Promise.all(waits)).toEqual([true, true]);
    expect(await released).toBe('true');
    expect(lock.locked).toBe(false);
  });

  test('is fair wherever its handle leads, and is shown to be', async () => {
    const lock = newLock();
    using same = attach(lock.handle) as Lock;
    expect(inspect(same)).toBe('Lock { locked: false, fair: true }');
    lock.acquireSync();
    const user = new User(lock);
    await user.wait('acquire');
    same.release();
    expect(same.tryAcquire()).toBe(false);
    expect(await user.result('acquire')).toBe('true');
  });
});

describe('a name', () => {
  test('of a lock that is fair, or is not, is a HandleError for one that is to be otherwise', () => {
    using fair = new Lock({ name: 'in turn', fair: true });
    using same = new Lock({ name: 'in turn', fair: true });
    expect(same.handle).toBe(fair.handle);
    using found = new Lock({ name: 'in turn', create: false });
    expect(inspect(found)).toBe("Lock { name: 'in turn', locked: false, fair: true }");
    expect(() => new Lock({ name: 'in turn' })).toThrow(HandleError);
    expect(() => new Lock({ name: 'in turn' })).toThrow('The lock named "in turn" is fair: say { fair: true }, or');
    expect(() => new Lock({ name: 'in turn', fair: false, create: false })).toThrow(/is fair/);
    using plain = new Lock({ name: 'whoever' });
    expect(plain.tryAcquire()).toBe(true);
    expect(() => new Lock({ name: 'whoever', fair: true })).toThrow(/The lock named "whoever" is not fair/);
    expect(() => new Lock({ name: 'whoever', fair: true, create: false })).toThrow(HandleError);
  });
});
