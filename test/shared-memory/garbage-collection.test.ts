import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { fixture } from './helpers.js';

const OBJECTS = '2000';
const execArgv = ['--expose-gc'];

const kinds = [
  { what: 'SharedMemory', segments: 1 },
  { what: 'Lock', segments: 1 },
  { what: 'RLock', segments: 1 },
  { what: 'Event', segments: 1 },
  { what: 'Semaphore', segments: 1 },
  { what: 'BoundedSemaphore', segments: 1 },
  { what: 'Barrier', segments: 1 },
  { what: 'Condition', segments: 2 },
  { what: 'used Condition', segments: 2 },
  { what: 'Condition with a Lock', segments: 2 },
  { what: 'SharedValue', segments: 1 },
  { what: 'used SharedValue', segments: 2 },
  { what: 'SharedValue with a Lock', segments: 2 },
  { what: 'SharedArray with an RLock', segments: 2 },
  { what: 'ShareableList', segments: 1 },
  { what: 'Queue', segments: 1 },
  { what: 'used Queue', segments: 1 },
  { what: 'awaited Queue', segments: 1 },
];

test.each(kinds)(
  `${OBJECTS} objects ($what) that were dropped without close() leave no mapping, no file and no descriptor`,
  async ({ what, segments }) => {
    const child = startChild(fixture('drop-objects.mjs'), { args: [what, OBJECTS, String(segments)], execArgv });
    expect(await child.line(/^made/), child.stderr).toBe(`made ${Number(OBJECTS) * segments} mappings and files`);
    expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);

test('attaching to a condition again and again keeps nothing of it but what was there', async () => {
  const child = startChild(fixture('drop-objects.mjs'), { args: ['attached Condition', OBJECTS, '0'], execArgv });
  expect(await child.line(/^made/), child.stderr).toBe('made 0 mappings and files');
  expect(await child.line(/^dropped/)).toBe('dropped: 0 mappings, 0 files, no descriptor more');
});

test.each(kinds.filter(({ what }) => !what.startsWith('awaited')))(
  'a $what whose handle was taken outlives its wrapper until the thread ends, with its lock',
  async ({ what, segments }) => {
    const args = [what, '50', String(segments), 'handles taken'];
    const child = startChild(fixture('drop-objects.mjs'), { args, execArgv });
    expect(await child.line(/^made/), child.stderr).toBe(`made ${50 * segments} mappings and files`);
    expect(await child.line(/^dropped/)).toBe(
      `dropped: ${50 * segments} mappings, ${50 * segments} files, no descriptor more`,
    );
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
