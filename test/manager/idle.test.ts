import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';

const program = new URL('./fixtures/idle.mjs', import.meta.url);

test.each([
  ['nothing', []],
  ['answered calls', ['1']],
  ['a proxy that is held', []],
  ['a handle that was read', []],
  ['another manager over a socket', ['1']],
  ['a pending call', ['set true']],
  ['a pending call that is unref’d', []],
  ['a wait for its process', ['joined']],
  ['ref', ['lives']],
  ['ref and shutdown', []],
  ['unref and shutdown', ['shut down']],
])('a manager that was not shut down ends with its program, after %s', async (what, lines) => {
  const overSocket = what === 'another manager over a socket' ? ['tcp://127.0.0.1:0'] : [];
  const child = startChild(program, { args: [what, ...overSocket] });
  const server = Number((await child.line(/^server \d+$/)).split(' ')[1]);
  const exit = await child.exit;
  expect({ ...exit, stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  expect(child.lines.slice(1)).toEqual(lines);
  await until(() => !isRunning(server));
});
