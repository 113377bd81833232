import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';

const program = new URL('fixtures/interrupted.mjs', import.meta.url);

test.each([
  { who: 'that says so', args: ['handles'], exit: { code: 130, signal: null }, said: ['interrupted'] },
  { who: 'that has nothing to say', args: [], exit: { code: null, signal: 'SIGINT' }, said: [] },
])('Ctrl-C ends a program $who, and all its family without a message', async ({ args, exit, said }) => {
  const main = startChild(program, { args, detached: true });
  const family: number[] = [main.pid];
  const others = new Set(['child', 'grandchild', 'busy worker', 'idle worker']);
  while (others.size > 0) {
    const [, who = '', pid] = /^(.*) (\d+)$/.exec(await main.line(/\d+$/)) ?? [];
    others.delete(who);
    family.push(Number(pid));
  }
  const before = main.lines.length;

  markKilled();
  process.kill(-main.pid, 'SIGINT'); // as a terminal does: all processes of the group get it

  expect(await main.exit).toEqual(exit);
  await until(() => !family.some(isRunning));
  expect({ said: main.lines.slice(before), stderr: main.stderr }).toEqual({ said, stderr: '' });
});
