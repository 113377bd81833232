import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { directory, readIfThere } from './helpers.js';

const program = new URL('fixtures/daemonize.mjs', import.meta.url);

async function launch(options: object, ...args: string[]) {
  const place = directory();
  const log = path.join(place, 'log');
  const pidFile = path.join(place, 'pid');
  const launcher = startChild(program, {
    args: [JSON.stringify({ pidFile, stdout: log, stderr: log, ...options }), ...args],
  });
  const exit = await launcher.exit;
  const pid = Number.parseInt(readIfThere(pidFile));
  onTestFinished(async () => {
    markKilled();
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid));
  });
  return { launcher, exit, log: () => readIfThere(log), pid, pidFile };
}

test('the launcher returns 0 when the daemon is ready, which goes on after the call with the same arguments', async () => {
  const { exit, log, pid, launcher } = await launch({}, 'stay');
  expect(exit).toEqual({ code: 0, signal: null });
  await until(() => log().includes('daemon'));
  const [, itself, parent, cwd, argument] = /^daemon (\d+) (\d+) (\S+) (\S*)$/m.exec(log())!;
  expect([Number(itself), cwd, argument]).toEqual([pid, '/', 'stay']);
  expect(Number(parent)).not.toBe(launcher.pid);
  expect(isRunning(pid)).toBe(true);
  expect(launcher.lines).toEqual([`launcher ${launcher.pid}`]);
});

test('waitForReady: the launcher waits for notifyReady(), and prints its message', async () => {
  const { exit, launcher } = await launch({ waitForReady: true }, 'ready');
  expect(exit).toEqual({ code: 0, signal: null });
  expect(launcher.lines.at(-1)).toBe('listening on 8080');
});

test('waitForReady: the launcher returns 1 with the message of a daemon that fails', async () => {
  const { exit, launcher } = await launch({ waitForReady: true }, 'fail');
  expect(exit).toEqual({ code: 1, signal: null });
  expect(launcher.stderr).toBe('no port is free\n');
});

test('the launcher of a second daemon returns 1, and names the running process', async () => {
  const { pid, pidFile } = await launch({}, 'stay');
  const second = startChild(program, { args: [JSON.stringify({ pidFile })] });
  expect(await second.exit).toEqual({ code: 1, signal: null });
  expect(second.stderr).toBe(`Already running: process ${pid} has ${pidFile}\n`);
  expect(isRunning(pid)).toBe(true);
});

test('a daemon cannot become one again', async () => {
  const { log } = await launch({}, 'again');
  await until(() => log().includes('DaemonError: This process is a daemon already'));
});

test('wrong options are refused at the call, in the launcher', async () => {
  const { exit, launcher } = await launch({ umask: 1000 });
  expect(exit.code).toBe(1);
  expect(launcher.stderr).toMatch(/RangeError: umask must be a whole number from 0o0 to 0o777, received 1000/);
});
