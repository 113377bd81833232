import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import { newFile, start } from './helpers.js';

const RUNNING = -1_000_000;

test.each([
  ['exit status', ['-e', 'process.exit(7)'], 7],
  ['signal', ['-e', 'process.kill(process.pid, "SIGKILL")'], -9],
  ['signal of an abort', ['-e', 'process.abort()'], -6],
])('waitExit() tells the %s, and Node still does', async (_, args, expected) => {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  expect(native().waitExit(child.pid ?? 0, 0)).toBe(RUNNING);
  expect(native().waitExit(child.pid ?? 0, 60_000)).toBe(expected);
  expect(native().waitExit(child.pid ?? 0, 0)).toBe(expected); // not reaped
  const [status, signal] = (await exited) as [number | null, string | null];
  expect(status ?? signal).toBe(expected >= 0 ? expected : expected === -9 ? 'SIGKILL' : 'SIGABRT');
  expect(native().waitExit(child.pid ?? 0, 0)).toBe(RUNNING - 10); // ECHILD
});

test('waitExit() gives up after its time', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const began = performance.now();
  expect(native().waitExit(child.pid ?? 0, 20)).toBe(RUNNING);
  expect(performance.now() - began).toBeGreaterThanOrEqual(20);
  child.kill('SIGKILL');
  expect(native().waitExit(child.pid ?? 0, Infinity)).toBe(-9);
  await once(child, 'exit');
});

test('waitExit() of another process is ECHILD, of an invalid process id EINVAL', () => {
  expect(native().waitExit(process.pid, 0)).toBe(RUNNING - 10);
  expect(native().waitExit(0, 0)).toBe(RUNNING - 22);
  expect(native().waitExit(-1, 0)).toBe(RUNNING - 22);
  expect(native().waitExit(process.pid, NaN)).toBe(RUNNING - 22);
});

const { marksLives } = native().describe();

test.skipIf(!marksLives)('setParentDeathSignal() brings a child down with the thread that started it', async () => {
  const parent = start('parent.mjs', []);
  const pid = (await parent.next()) as number;
  parent.process.kill('SIGKILL');
  await until(() => !isRunning(pid));
  expect(native().setParentDeathSignal(65)).toBe(-22);
  expect(native().setParentDeathSignal(0)).toBe(0);
});

test.each(['its process', 'its thread'])('dieWithParent() brings a child down with %s that started it', async (end) => {
  const parent = start('parent-with-life.mjs', [newFile(), end]);
  const pid = (await parent.next()) as number;
  expect(isRunning(pid)).toBe(true);
  if (end === 'its process') parent.process.kill('SIGKILL');
  else parent.process.send('terminate');
  await until(() => !isRunning(pid));
});
