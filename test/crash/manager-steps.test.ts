import { Manager } from '@multiprocess/manager';
import type { InstanceProxy } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { outcomeOf } from '../pool/helpers.js';
import { caller, Stepper, steppingClient } from './fixtures/step-tasks.mjs';
import { fates, firstStep, Steps, STRIDE } from './signals.js';

vi.setConfig({ testTimeout: 180_000 }); // a watchdog: each of these ends some processes, one after the other

/** What is answered, or asked: one that fits into a new ring, and one that makes it grow. */
const sizes = { small: 10, large: 40_000 };

async function startManager(): Promise<{ manager: Manager; stepper: InstanceProxy<Stepper> }> {
  const manager = await Manager.start();
  manager.register({ url: new URL('fixtures/step-tasks.mjs', import.meta.url).href }, Stepper);
  const stepper = manager.create<Stepper>('Stepper');
  await stepper.small();
  return { manager, stepper };
}

async function endManager(manager: Manager): Promise<void> {
  manager.close();
  manager.process?.kill();
  await manager.process?.join();
}

describe.each(fates)('a server that is $fate', (fate) => {
  describe.each(Object.entries(sizes))('at any step of giving a %s answer', (_, size) => {
    test.each(['awaits', 'blocks'])('leaves no call without an end: a client that %s', async (form) => {
      let step = firstStep();
      for (; ; step += STRIDE) {
        const steps = new Steps();
        steps.begin();
        const { manager, stepper } = await startManager();
        onTestFinished(() => endManager(manager));
        const plan = { step, signal: fate.signal, size };
        const client = new Process({ target: caller, args: [stepper, steps.memory, plan, form] });
        client.start();
        const ended = client.join();
        await steps.letGoOn(ended, fate);
        await ended;
        expect(client.error, `step ${step}`).toBeUndefined();
        expect(client.exitCode, `step ${step}`).toBe(0);
        const here = await outcomeOf(stepper.small());
        if (!steps.reached || fate.next === 'SIGCONT') expect(here).toBe('small');
        await endManager(manager);
        const { reached } = steps;
        steps.close();
        if (!reached) break;
      }
      expect(step).toBeGreaterThan(3);
    });
  });
});

describe.each(fates)('a client that is $fate', (fate) => {
  describe.each(Object.entries(sizes))('at any step of making a %s request', (_, size) => {
    test.each(['awaits', 'blocks'])('keeps no other client from its answers: it %s', async (form) => {
      const { manager, stepper } = await startManager();
      onTestFinished(() => endManager(manager));
      let step = firstStep();
      for (; ; step += STRIDE) {
        const steps = new Steps();
        steps.begin();
        const plan = { step, signal: fate.signal, size };
        const client = new Process({ target: steppingClient, args: [stepper, steps.memory, plan, form] });
        client.start();
        const ended = client.join();
        // Some of these come before the client is stopped or dead, some meanwhile, some after.
        const calls = ended.then(() => stepper.small());
        const meanwhile = Promise.all(Array.from({ length: 20 }, () => stepper.small()));
        await steps.letGoOn(ended, fate);
        expect(await meanwhile, `step ${step}`).toHaveLength(20);
        expect(await calls, `step ${step}`).toBe('small');
        expect(stepper.smallSync(), `step ${step}`).toBe('small');
        if (fate.next === 'SIGCONT') expect(client.exitCode, `step ${step}`).toBe(0);
        const { reached } = steps;
        steps.close();
        if (!reached) break;
      }
      expect(step).toBeGreaterThan(3);
      expect(manager.process?.isAlive()).toBe(true);
    });
  });
});
