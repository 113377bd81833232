import { Process } from '@multiprocess/process';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { start } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

const rows = [
  { when: 'its target returns', target: targets.nothing, args: [], exitCode: 0 },
  { when: 'there is no target', target: undefined, args: [], exitCode: 0 },
  { when: 'it calls process.exit(0)', target: targets.exit, args: [0], exitCode: 0 },
  { when: 'it calls process.exit(3)', target: targets.exit, args: [3], exitCode: 3 },
  {
    when: 'it calls process.exit(256), of which the system keeps 8 bits',
    target: targets.exit,
    args: [256],
    exitCode: 0,
  },
  { when: 'it calls process.exit(-1)', target: targets.exit, args: [-1], exitCode: 255 },
  { when: 'it returns with process.exitCode 5', target: targets.setExitCode, args: [5], exitCode: 5 },
  { when: 'its target throws', target: targets.boom, args: ['x'], exitCode: 1 },
  { when: 'a timer that it has left throws', target: targets.throwLater, args: [], exitCode: 1 },
  { when: 'a rejection is not handled', target: targets.rejectUnheard, args: [], exitCode: 1 },
  { when: 'it handles an uncaught error, and exits', target: targets.handleErrorsItself, args: [], exitCode: 7 },
  { when: 'its target waits for nothing', target: targets.waitForNothing, args: [], exitCode: 13 },
  {
    when: 'a listener of beforeExit gives its target what it waits for',
    target: targets.settledByBeforeExit,
    args: [],
    exitCode: 0,
  },
];

/** What only a process can do, or have done to it from outside. */
const ofProcesses = [
  { when: 'it is killed', target: targets.signalSelf, args: ['SIGKILL'], exitCode: -9, signalCode: 'SIGKILL' },
  { when: 'it is terminated', target: targets.signalSelf, args: ['SIGTERM'], exitCode: -15, signalCode: 'SIGTERM' },
  { when: 'it is interrupted', target: targets.signalSelf, args: ['SIGINT'], exitCode: -2, signalCode: 'SIGINT' },
  { when: 'it aborts', target: targets.abort, args: [], exitCode: -6, signalCode: 'SIGABRT' },
];

const all = runtimes.flatMap(({ runtime }) =>
  [...rows, ...(runtime === 'process' ? ofProcesses : [])].map((row) => ({ signalCode: null, ...row, runtime })),
);

describe.each(all)('of a $runtime, when $when,', ({ target, args, exitCode, signalCode, runtime }) => {
  const options = { target: target as (...args: unknown[]) => unknown, args, runtime, stdio: 'ignore' } as const;

  test(`exitCode is ${exitCode} after join()`, async () => {
    const child = start(options);
    expect(child.exitCode).toBeNull();
    expect(await child.join()).toBe(true);
    expect({ exitCode: child.exitCode, signalCode: child.signalCode }).toEqual({ exitCode, signalCode });
  });

  test(`exitCode is ${exitCode} after joinSync()`, () => {
    const child = start(options);
    expect(child.joinSync()).toBe(true);
    expect({ exitCode: child.exitCode, signalCode: child.signalCode }).toEqual({ exitCode, signalCode });
  });
});

test('exitCode and signalCode are null before the start, and while it runs', async () => {
  const child = new Process({ target: targets.nothing });
  expect([child.exitCode, child.signalCode, child.pid, child.error]).toEqual([null, null, undefined, undefined]);
  expect(child.isAlive()).toBe(false);
});

describe.each(runtimes)('a $runtime', ({ runtime }) => {
  test('terminate() ends it by SIGTERM, kill() by SIGKILL', async () => {
    const terminated = start({ runtime, target: targets.forever });
    const killed = start({ runtime, target: targets.forever });
    await Promise.all([terminated.ready(), killed.ready()]);
    expect(terminated.isAlive()).toBe(true);
    terminated.terminate();
    killed.kill();
    await Promise.all([terminated.join(), killed.join()]);
    expect([terminated.exitCode, killed.exitCode]).toEqual([-15, -9]);
    expect([terminated.signalCode, killed.signalCode]).toEqual(['SIGTERM', 'SIGKILL']);
  });

  test('terminate() and kill() do nothing after the end', async () => {
    const child = start({ runtime, target: targets.nothing });
    await child.join();
    child.terminate();
    child.kill();
    expect(child.exitCode).toBe(0);
  });

  test('a process is alive from start() to its end, also where the event loop never gets a turn', () => {
    const child = start({ runtime, target: targets.exit, args: [4] });
    expect(child.isAlive()).toBe(true);
    while (child.isAlive());
    expect(child.exitCode).toBe(4);
  });
});
