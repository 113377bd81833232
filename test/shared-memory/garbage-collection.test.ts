import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { fixture } from './helpers.js';

const OBJECTS = '2000';
const execArgv = ['--expose-gc'];

test.each(['SharedMemory', 'Queue', 'used Queue', 'awaited Queue', 'named Lock'])(
  `${OBJECTS} objects (%s) that were dropped without close() leave no mapping, no file and no descriptor`,
  async (what) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, OBJECTS], execArgv });
    expect(await child.line(/^made/), child.stderr).toBe(`made ${OBJECTS} mappings and files`);
    expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);

test.each(['SharedMemory', 'Queue'])(
  'a %s whose handle was taken outlives its wrapper until the thread ends',
  async (what) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, '50', 'handles taken'], execArgv });
    expect(await child.line(/^dropped/)).toBe('dropped: 50 mappings, 50 files, no descriptor more');
    expect(await child.line(/^attached/)).toBe('attached to 50');
    expect(await child.line(/^closed/)).toBe('closed: 0 files');
  },
);

test.each([
  'Lock',
  'RLock',
  'Semaphore',
  'BoundedSemaphore',
  'Event',
  'Barrier',
  'SharedValue',
  'lock of a SharedValue',
])(
  `${OBJECTS} small objects (%s) share a few mappings, and that were dropped without close() leave none`,
  async (what) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, OBJECTS], execArgv });
    const [, mappings, files] = /^made (\d+) mappings, (\d+) files/.exec(await child.line(/^made/)) ?? [];
    expect(Number(mappings)).toBeLessThan(10);
    expect(files).toBe(mappings);
    expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);

test.each(['Lock', 'SharedValue'])(
  'a %s whose handle was taken outlives its wrapper until the thread ends, in the memory that it shares',
  async (what) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, '50', 'handles taken'], execArgv });
    expect(await child.line(/^dropped/)).toBe('dropped: 1 mappings, 1 files, no descriptor more');
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
