import { expect, test } from 'vitest';
import { startChild } from '../children.js';
import { until } from '../until.js';
import { relatedProcesses } from './whereabouts.mjs';

const directory = `MULTIPROCESS_DIR=${process.env['MULTIPROCESS_DIR']}`;

test('a thread that blocks for ever is ended, after a report of where its processes stand', async () => {
  const child = startChild('watched-block.mjs');
  const sleeper = Number((await child.line(/^sleeper/)).split(' ')[1]);
  expect(await child.exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(child.stderr).toContain('still at "a test that blocks"');
  expect(child.stderr).toContain('watched-block.mjs');
  expect(child.stderr).toMatch(new RegExp(`^  ${sleeper}, child of ${child.pid}: `, 'm'));
  expect(child.stderr).toContain(`${process.env['MULTIPROCESS_DIR']}: 0 entries`);
  await until(() => !relatedProcesses(directory).includes(sleeper));
});
