import { Lock } from '@multiprocess/sync';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { wordsOf } from '../helpers/words-of.js';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some dozen processes, two after two

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

/** How many steps each action has, where that is a promise: those of the default. */
const actions = [
  { kind: 'Lock', fair: false, action: 'acquireSync', steps: 1 },
  { kind: 'Lock', fair: false, action: 'acquireAndRelease', steps: 2 },
  { kind: 'Lock', fair: false, action: 'release', steps: 1 },
  { kind: 'fair Lock', fair: true, action: 'acquireSync', steps: expect.any(Number) as number },
  { kind: 'fair Lock', fair: true, action: 'acquireAndRelease', steps: expect.any(Number) as number },
  { kind: 'fair Lock', fair: true, action: 'release', steps: expect.any(Number) as number },
];

test.each(actions)('a thread that dies at any step of $action of a $kind keeps no thread waiting', async (one) => {
  const { action, fair, steps } = one;
  const died = await dieAtEveryStep(
    action,
    () => new Lock({ fair }),
    (lock: Lock) => {
      const wasLocked = lock.locked;
      expect(lock.acquireSync()).toBe(true);
      expect(lock.ownerDied).toBe(wasLocked);
      lock.release();
      expect(lock.tryAcquire()).toBe(true);
      expect(lock.ownerDied).toBe(false);
    },
  );
  expect(died).toEqual(steps);
  expect(died).toBeGreaterThan(0);
});

/** The lock's first word, whose bit 31 says that threads wait, as the others see it. */
function wordOf(lock: Lock): () => number {
  const words = wordsOf(lock);
  return () => Atomics.load(words, 0);
}

test.each(['acquireSync:{"timeout":1}', 'tryAcquire'])(
  'a thread that dies at any step of %s of a fair Lock that another has, and others wait for, is passed over',
  async (action) => {
    const waits = new WeakMap<Lock, Promise<boolean>>();
    await dieAtEveryStep(
      action,
      () => {
        const lock = new Lock({ fair: true });
        lock.acquireSync();
        waits.set(lock, lock.acquire());
        return lock;
      },
      async (lock: Lock) => {
        const next = lock.acquire();
        lock.release();
        expect(await waits.get(lock)).toBe(true);
        lock.release();
        expect(await next).toBe(true);
        expect(lock.ownerDied).toBe(false);
        lock.release();
        expect(lock.locked).toBe(false);
      },
    );
  },
);

describe.each([false, true])('a process killed at any step of release() (fair: %s) while', (fair) => {
  const waiters = {
    'another process blocks': 'sync',
    'another process awaits': 'async',
  };

  test.each(Object.entries(waiters))('%s does not keep it waiting', async (_, form) => {
    for (let step = 1, lived = false; !lived; step++) {
      using lock = new Lock({ fair });
      const holder = startChild(fixture('die-at-step.mjs'), {
        args: [lock.handle, 'release', String(step), 'when told', 'changes'],
      });
      await holder.line('ready');
      const word = wordOf(lock);
      const waiter = startChild(fixture('acquire.mjs'), { args: [lock.handle, form] });
      await until(() => word() < 0); // the bit that says that a thread sleeps
      holder.say('go');
      lived = (await holder.exit).code === 0;
      // Before its first step it held the lock; after that it had released it, with or without a wake. That of a fair lock is two
      // looks further on: its state, and the line.
      const acquired = await waiter.line(/^acquired/);
      if (fair) expect(acquired).toMatch(/^acquired, ownerDied (true|false)$/);
      else expect(acquired).toBe(`acquired, ownerDied ${step === 1}`);
      if (lived) expect(acquired).toBe('acquired, ownerDied false');
      await waiter.kill();
    }
  });
});
