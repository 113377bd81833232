import { Lock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { wordsOf } from '../helpers/words-of.js';
import { dieAtEveryStep } from './steps.js';

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

test.each([
  { action: 'acquireSync', steps: 1 },
  { action: 'acquireAndRelease', steps: 2 },
  { action: 'release', steps: 1 },
])('a thread that dies at any step of $action keeps no thread waiting', async ({ action, steps }) => {
  const died = await dieAtEveryStep(
    action,
    () => new Lock(),
    (lock: Lock) => {
      const wasLocked = lock.locked;
      expect(lock.acquireSync()).toBe(true);
      expect(lock.ownerDied).toBe(wasLocked);
      lock.release();
      expect(lock.tryAcquire()).toBe(true);
      expect(lock.ownerDied).toBe(false);
    },
  );
  expect(died).toBe(steps);
});

/** The lock's word, as the others see it. */
function wordOf(lock: Lock): () => number {
  const words = wordsOf(lock);
  return () => Atomics.load(words, 0);
}

describe('a process killed at any step of release() while', () => {
  const waiters = {
    'another process blocks': 'sync',
    'another process awaits': 'async',
  };

  test.each(Object.entries(waiters))('%s does not keep it waiting', async (_, form) => {
    for (let step = 1, lived = false; !lived; step++) {
      using lock = new Lock();
      const holder = startChild(fixture('die-at-step.mjs'), {
        args: [lock.handle, 'release', String(step), 'when told'],
      });
      await holder.line('ready');
      const word = wordOf(lock);
      const waiter = startChild(fixture('acquire.mjs'), { args: [lock.handle, form] });
      await until(() => word() < 0); // the bit that says that a thread sleeps
      holder.say('go');
      lived = (await holder.exit).code === 0;
      // Before its first step it held the lock; after that it had released it, with or without a wake.
      expect(await waiter.line(/^acquired/)).toBe(`acquired, ownerDied ${step === 1}`);
      await waiter.kill();
    }
  });
});
