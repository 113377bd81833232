import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { fixture } from './helpers.js';

const OBJECTS = '2000';
const execArgv = ['--expose-gc'];

// How many files each of them has to itself. Small objects share a few.
const kinds = [
  { what: 'SharedMemory', own: 1 },
  { what: 'named Lock', own: 1 },
  { what: 'ShareableList', own: 1 },
  { what: 'BufferPool', own: 1 },
  { what: 'used BufferPool', own: 1 },
  { what: 'Queue', own: 1 },
  { what: 'used Queue', own: 1 },
  { what: 'awaited Queue', own: 1 },
  { what: 'Condition', own: 1 },
  { what: 'used Condition', own: 1 },
  { what: 'Condition with a Lock', own: 1 },
  { what: 'SharedArray with an RLock', own: 1 },
  { what: 'RWLock', own: 1 },
  { what: 'Lock', own: 0 },
  { what: 'RLock', own: 0 },
  { what: 'Semaphore', own: 0 },
  { what: 'BoundedSemaphore', own: 0 },
  { what: 'Event', own: 0 },
  { what: 'Barrier', own: 0 },
  { what: 'SharedValue', own: 0 },
  { what: 'used SharedValue', own: 0 },
  { what: 'SharedValue with a Lock', own: 0 },
  { what: 'lock of a SharedValue', own: 0 },
];
const MAX_SHARED = 20;

/** How many mappings and files a line tells of, which must agree. */
function countsIn(line: string): number {
  const [, mappings, files] = /(\d+) mappings, (\d+) files/.exec(line) ?? [];
  expect(files).toBe(mappings);
  return Number(files);
}

test.each(kinds)(
  `${OBJECTS} objects ($what) that were dropped without close() leave no mapping, no file and no descriptor`,
  async ({ what, own }) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, OBJECTS], execArgv });
    const shared = countsIn(await child.line(/^made/)) - own * Number(OBJECTS);
    expect(shared).toBeGreaterThanOrEqual(0);
    expect(shared).toBeLessThan(MAX_SHARED);
    expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);

test('attaching to a condition again and again keeps nothing of it but what was there', async () => {
  const child = startChild(fixture('drop-objects.mjs'), { args: ['attached Condition', OBJECTS], execArgv });
  expect(countsIn(await child.line(/^made/))).toBe(0);
  expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
});

test.each(kinds.filter(({ what }) => !/awaited|named/.test(what)))(
  'a $what whose handle was taken outlives its wrapper until the thread ends, with its lock',
  async ({ what, own }) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, '50', 'handles taken'], execArgv });
    const made = countsIn(await child.line(/^made/));
    expect(made).toBeGreaterThanOrEqual(own * 50);
    const kept = countsIn(await child.line(/^dropped/));
    expect(kept).toBeGreaterThanOrEqual(Math.max(own * 50, 1));
    expect(await child.line(/^attached/)).toBe('attached to 50');
    expect(await child.line(/^closed/)).toBe('closed: 0 files');
  },
);

test('an object lives on in one thread when another drops it', async () => {
  const child = startChild(fixture('drop-in-worker.mjs'), { execArgv });
  expect(await child.line(/^lock/)).toBe('lock works');
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
});

test('a pending wait keeps what it waits for', async () => {
  const child = startChild(fixture('drop-while-waiting.mjs'), { execArgv });
  expect(await child.line(/^got/)).toBe('got item');
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
});
