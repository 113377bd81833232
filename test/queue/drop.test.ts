import { expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';

const MANY = times(10_000);

vi.setConfig({ testTimeout: 300_000 }); // a watchdog: each queue is a file that is made and removed

test(`${MANY} queues that were used and dropped without close() leave no mapping, descriptor or segment`, async () => {
  const child = startChild(new URL('fixtures/drop-queues.mjs', import.meta.url), {
    args: [String(MANY)],
    execArgv: ['--expose-gc'],
  });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual([
    'at most some at a time',
    JSON.stringify({ mappings: true, descriptors: true, segments: 0 }),
  ]);
});
