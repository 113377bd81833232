import { activeChildren, Process } from '@multiprocess/process';
import { expect, test } from 'vitest';
import { times } from '../helpers/effort.js';
import { until } from '../helpers/until.js';
import { openDescriptors, segmentFiles, sharedWords, staleBells, zombies } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

/** Rounds of five processes, each of which ends in another way. */
const ROUNDS = times(40);

const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
const resources = (): number => process.getActiveResourcesInfo().length;

test(`${5 * ROUNDS} processes, ended in every way, leave nothing`, { timeout: 240_000 }, async () => {
  const { memory } = sharedWords();
  const ways = [
    () => new Process({ target: targets.nothing }),
    () => new Process({ target: targets.boom, args: ['x'], stdio: 'ignore' }),
    () => new Process({ target: targets.workAfterwards, args: [memory] }),
    () => new Process({ target: targets.signalSelf, args: ['SIGKILL'] }),
    () => new Process({ target: targets.write, args: ['x'], stdio: 'pipe' }),
  ];
  const runAll = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const children = ways.map((make) => make() as Process);
      for (const child of children) child.start();
      for (const child of children) child.stdout?.resume();
      await Promise.all(children.slice(1).map((child) => child.ready()));
      children[0]!.joinSync();
      await Promise.all(children.map((child) => child.join()));
      for (const child of children) child.close();
    }
  };

  await runAll(1); // what is made once a process is made
  await until(() => zombies().length === 0);
  const before = {
    descriptors: openDescriptors().length,
    resources: resources(),
    segments: segmentFiles(),
    listeners: listeners(),
  };

  await runAll(ROUNDS);
  await until(() => zombies().length === 0);
  // libuv closes handles in a turn of its own.
  await until(() => openDescriptors().length <= before.descriptors && resources() <= before.resources);
  expect({ segments: segmentFiles(), listeners: listeners() }).toEqual({
    segments: before.segments,
    listeners: before.listeners,
  });
  expect(activeChildren()).toEqual([]);
  // Those of a few rounds, however many there were.
  expect(staleBells()).toBeLessThanOrEqual(4 * ways.length);
});
