import { Pool } from '@multiprocess/pool';
import { WorkerDiedError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { outcomeOf } from '../pool/helpers.js';
import { passed, small, stepping } from './fixtures/step-tasks.mjs';
import { fates, firstStep, Steps, STRIDE } from './signals.js';
import type { Fate } from './signals.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog: each of these ends some workers, one after the other

/** What the worker publishes: one that fits into a new ring, and one that makes it grow. */
const sizes = { small: 10, large: 40_000 };

/** How the pool's thread waits: what it does with tasks that may end their worker, and what it gets. */
const forms: Readonly<Record<string, (pool: Pool, steps: Steps, fate: Fate, plan: object) => Promise<unknown[]>>> = {
  async awaits(pool, steps, fate, plan) {
    const outcomes = Promise.all([outcomeOf(pool.apply(stepping, [steps.memory, plan as never])), pool.apply(small)]);
    await steps.letGoOn(outcomes, fate);
    return outcomes;
  },

  async blocks(pool, steps, fate, plan) {
    const end = steps.letGoOnElsewhere(fate);
    const last = pool.applyAsync(small);
    const first = pool.applyAsync(stepping, [steps.memory, plan as never]);
    first.waitSync();
    const outcomes = [await outcomeOf(first), last.getSync()];
    await end();
    return outcomes;
  },

  // A result lies in the ring, unread, when the worker dies or stops.
  async 'is busy'(pool, steps, fate, plan) {
    const before = pool.apply(small);
    const outcomes = Promise.all([outcomeOf(pool.apply(stepping, [steps.memory, plan as never])), before]);
    const last = pool.apply(passed, [steps.memory]);
    for (let i = 0; i < 5; i++) await Promise.resolve(); // now they are sent
    steps.blockUntilReached();
    await steps.letGoOn(outcomes, fate);
    await last;
    return outcomes;
  },
};

describe.each(fates)('a worker that is $fate', (fate) => {
  describe.each(Object.entries(sizes))('at any step of publishing a %s result and taking the next task', (_, size) => {
    test.each(Object.keys(forms))('keeps no other task from its end: the pool %s', async (form) => {
      const pool = new Pool({ processes: form === 'is busy' ? 1 : 2 });
      const steps = new Steps();
      onTestFinished(async () => {
        pool.terminate();
        await pool.join();
        steps.close();
      });
      await pool.apply(small);
      let step = firstStep();
      for (; ; step += STRIDE) {
        steps.begin();
        const plan = { step, signal: fate.signal, size };
        const [first, last] = await forms[form]!(pool, steps, fate, plan);
        expect(last, `step ${step}`).toBe('small');
        if (fate.next === 'SIGCONT' || !steps.reached) expect(first, `step ${step}`).toHaveLength(size);
        else if (typeof first !== 'string') expect(first, `step ${step}`).toBeInstanceOf(WorkerDiedError);
        // What it was in the middle of when it took its next task, it may be in the middle of still.
        const more = Promise.all([pool.apply(small), pool.apply(small), pool.apply(small)]);
        await steps.letGoOn(more, fate);
        expect(await more).toEqual(['small', 'small', 'small']);
        if (!steps.reached) break;
      }
      expect(step).toBeGreaterThan(3);
    });
  });
});
