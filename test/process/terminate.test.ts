import { describe, expect, test } from 'vitest';
import { markKilled } from '../helpers/segment-directory.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import { parentOfCleaner, parentOfStubborn } from './fixtures/generations.mjs';
import * as targets from './fixtures/targets.mjs';
import { sharedWords, start } from './helpers.js';

describe('terminate({ grace })', () => {
  test('kills the processes that still run', async () => {
    markKilled();
    for (const how of ['join', 'joinSync'] as const) {
      const { memory, words } = sharedWords();
      const child = start({ target: targets.ignoreSigterm, args: [memory] });
      await until(() => words[0] !== 0);
      child.terminate({ grace: 50 });
      expect(await child[how]()).toBe(true);
      expect(child.signalCode).toBe('SIGKILL');
    }
  });

  test('does not kill a process that ends in time', async () => {
    const { memory, words } = sharedWords();
    const child = start({ target: targets.cleanUpOnSigterm, args: [memory] });
    await until(() => words[0] !== 0);
    child.terminate({ grace: 100_000 });
    await child.join();
    expect([child.exitCode, words[1]]).toEqual([0, 1]);
  });

  test('refuses wrong options', () => {
    const child = start({ target: targets.nothing });
    expect(() => child.terminate({ grace: -1 })).toThrow(RangeError);
    expect(() => child.terminate({ tree: 1 as never })).toThrow(TypeError);
    expect(() => child.terminate('SIGTERM' as never)).toThrow(TypeError);
  });
});

describe('terminate({ tree: true })', () => {
  test.each(['join', 'joinSync'] as const)('lets a grandchild clean up before its parent ends; %s', async (how) => {
    const { memory, words } = sharedWords();
    const child = start({ target: parentOfCleaner, args: [memory] });
    await until(() => words[0] !== 0);
    child.terminate({ tree: true });
    await child[how]();
    expect(child.signalCode).toBe('SIGTERM');
    expect(words[1]).toBe(1);
    await until(() => !isRunning(words[0]!));
  });

  test('kills all that is left when the grace is over', async () => {
    markKilled();
    const { memory, words } = sharedWords();
    const child = start({ target: parentOfStubborn, args: [memory] });
    await until(() => words[0] !== 0);
    child.terminate({ tree: true, grace: 50 });
    await child.join();
    expect(child.signalCode).toBe('SIGKILL');
    await until(() => !isRunning(words[0]!));
  });
});
