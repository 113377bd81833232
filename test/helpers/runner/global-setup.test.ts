import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../tools/run.mjs';
import { startChild } from '../children.js';
import { isRunning } from '../is-running.js';
import { ourEntries } from '../segment-directory.js';
import { until } from '../until.js';

const vitest = new URL('node_modules/vitest/vitest.mjs', `file://${root}/`);

function runOf(leak: string) {
  const config = path.join(root, 'test/fixtures/leaking/vitest.config.ts');
  return startChild(vitest, { args: ['run', '--root', root, '--config', config], env: { LEAK: leak }, cwd: root });
}

test('a run whose tests leave nothing behind passes', async () => {
  const run = runOf('nothing');
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(ourEntries(String(run.pid)).filter((name) => name.startsWith('multiprocess-test-'))).toEqual([]);
});

test('a segment that is left fails the run, is listed, and then removed', async () => {
  const run = runOf('segment');
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.stderr).toMatch(/LEFT BEHIND: .*forgotten: 9 bytes, mapped by no process/s);
  expect(ourEntries(String(run.pid)).filter((name) => name.startsWith('multiprocess-test-'))).toEqual([]);
});

test('what a process leaves that the runner had to kill is swept, as by the next program of a user', async () => {
  const run = runOf('dawdle');
  expect(await run.exit).toEqual({ code: 0, signal: null });
  expect(ourEntries(String(run.pid)).filter((name) => name.startsWith('multiprocess-test-'))).toEqual([]);
});

test('a process that is left fails the run, is listed, and then ended', async () => {
  const run = runOf('process');
  expect(await run.exit).toEqual({ code: 1, signal: null });
  expect(run.stderr).toMatch(/LEFT BEHIND: processes .*setInterval/s);
});

test('a process that waits for ever ends when the runner is killed', async () => {
  const run = runOf('itself');
  const pid = Number(/process (\d+)/.exec(await run.line(/process \d+/))?.[1]);
  expect(isRunning(pid)).toBe(true);
  await run.kill();
  await until(() => !isRunning(pid));
});
