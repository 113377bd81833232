import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon, DaemonError } from '@multiprocess/daemon';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as targets from './fixtures/targets.mjs';
import { daemonOf, directory } from './helpers.js';

const ROUNDS = times(50);
const LONG = { timeout: 600_000 };

test('of two starts at once in one program, one succeeds, and the other names the process', async () => {
  const daemon = daemonOf({ target: targets.stay });
  const outcomes = await Promise.allSettled([daemon.start(), daemon.start()]);
  const pids = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const errors = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  expect(pids).toHaveLength(1);
  expect(errors).toEqual([expect.objectContaining({ pid: pids[0], code: 'ERR_MULTIPROCESS_DAEMON' })]);
  expect(daemon.status()).toEqual({ running: true, pid: pids[0] });
});

test('stop() ends a daemon that this object is starting, also one that is not ready yet', async () => {
  const daemon = daemonOf({ target: targets.stay, waitForReady: true });
  const starting = daemon.start().catch((error: unknown) => error);
  expect(await daemon.stop()).toBe(true);
  expect(await starting).toBeInstanceOf(DaemonError);
  expect(daemon.status()).toEqual({ running: false });
});

test(`a stop() at any moment of a start leaves a daemon that can be started again, ${ROUNDS} times`, LONG, async () => {
  const daemon = daemonOf({ target: targets.stay });
  for (let round = 0; round < ROUNDS; round++) {
    const starting = daemon.start().catch((error: unknown) => error);
    await delay(Math.random() * 500);
    const stopped = await daemon.stop();
    const outcome = await starting;
    expect(stopped || outcome instanceof DaemonError).toBe(true);
    expect(daemon.status()).toEqual({ running: false });
  }
  expect(isRunning(await daemon.start())).toBe(true);
});

test(`a launcher that is killed at any moment leaves a daemon that runs, or none, ${ROUNDS} times`, LONG, async () => {
  const pidFile = path.join(directory(), 'pid');
  const daemon = daemonOf({ target: targets.stay, pidFile });
  for (let round = 0; round < ROUNDS; round++) {
    const launcher = startChild(new URL('fixtures/race.mjs', import.meta.url));
    await launcher.line('ready');
    launcher.say(pidFile);
    await delay(Math.random() * 500);
    await launcher.kill();
    // Another start is told of it, or takes its place: there is one in any case.
    const outcome = await daemon.start().catch((error: unknown) => (error as DaemonError).pid);
    expect(daemon.status()).toEqual({ running: true, pid: outcome });
    expect(await daemon.stop()).toBe(true);
  }
});

test(`a daemon that is killed at any moment of its start can be started again, ${ROUNDS} times`, LONG, async () => {
  const daemon = daemonOf({ target: targets.stay, waitForReady: true });
  markKilled();
  for (let round = 0; round < ROUNDS; round++) {
    const starting = daemon.start().catch((error: unknown) => error);
    const pid = await until(() => {
      const status = daemon.status();
      return status.running ? status.pid : 0;
    });
    await delay(Math.random() * 20);
    process.kill(pid, 'SIGKILL');
    expect(await starting).toBeInstanceOf(DaemonError);
  }
  expect(await new Daemon({ target: targets.stay, pidFile: daemon.pidFile }).start()).toBeGreaterThan(0);
});
