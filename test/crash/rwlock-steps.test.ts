import { RWLock } from '@multiprocess/sync';
import { describe, expect, test, vi } from 'vitest';
import { User } from '../sync/use.js';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some dozen threads, one after the other

/** Whatever happened before, it can be had in both ways, as often as it should. */
function examine(lock: RWLock): void {
  expect(lock.readers).toBe(0);
  expect(lock.writeLock.acquireSync()).toBe(true);
  expect(lock.readLock.tryAcquire()).toBe(false);
  lock.writeLock.release();
  expect(lock.readLock.acquireSync()).toBe(true);
  expect(lock.ownerDied).toBe(false);
  expect(lock.readLock.acquireSync()).toBe(true);
  lock.readLock.release();
  lock.readLock.release();
  expect([lock.readers, lock.writeLock.locked]).toEqual([0, false]);
}

describe('a thread that dies at any step', () => {
  test.each([
    'readLock.acquireSync',
    'readLock.acquireSync, readLock.acquireSync, readLock.release, readLock.release',
    'readLock.tryAcquire, readLock.release, writeLock.tryAcquire, writeLock.release',
  ])('of %s gives back what it had', async (action) => {
    const died = await dieAtEveryStep(action, () => new RWLock(), examine);
    expect(died).toBeGreaterThan(0);
  });

  test('of writing leaves a lock whose next writer, and only that one, learns it if it wrote', async () => {
    let told = 0;
    const died = await dieAtEveryStep(
      'writeLock.acquireSync, writeLock.release',
      () => new RWLock(),
      (lock: RWLock) => {
        const wrote = lock.writeLock.locked;
        expect(lock.writeLock.acquireSync()).toBe(true);
        expect(lock.ownerDied).toBe(wrote);
        if (wrote) told++;
        lock.writeLock.release();
        examine(lock);
      },
    );
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(died);
  });

  test.each(['readLock.acquireSync:{"timeout":1}', 'readLock.tryAcquire'])(
    'of %s while another writes leaves no trace',
    async (action) => {
      await dieAtEveryStep(
        action,
        () => {
          const lock = new RWLock();
          lock.writeLock.acquireSync();
          return lock;
        },
        (lock: RWLock) => {
          lock.writeLock.release();
          examine(lock);
        },
      );
    },
  );

  test.each(['writeLock.acquireSync:{"timeout":1}', 'writeLock.tryAcquire'])(
    'of %s while another reads keeps no reader out',
    async (action) => {
      await dieAtEveryStep(
        action,
        () => {
          const lock = new RWLock();
          lock.readLock.acquireSync();
          return lock;
        },
        (lock: RWLock) => {
          expect(lock.readLock.acquireSync()).toBe(true);
          expect(lock.readers).toBe(2);
          lock.readLock.release();
          lock.readLock.release();
          examine(lock);
        },
      );
    },
  );
});

describe('whoever waits goes on', () => {
  test.each(['readLock', 'writeLock'])('by the %s, when a writer dies at any step of its release', async (view) => {
    const waits = new WeakMap<RWLock, Promise<string>>();
    const waiter = (lock: RWLock): Promise<string> => {
      const user = new User(lock);
      return user.call(`${view}.acquireSync`).finally(() => user.child.kill());
    };
    await dieAtEveryStep(
      'writeLock.acquireSync, writeLock.release',
      () => new RWLock(),
      async (lock: RWLock) => {
        waits.set(lock, waiter(lock));
        expect(await waits.get(lock)).toBe('true');
        examine(lock);
      },
    );
  });
});
