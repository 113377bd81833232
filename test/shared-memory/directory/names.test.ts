import { HandleError, SharedMemory } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { filesIn, fixture } from '../helpers.js';

const ROUNDS = 200;

test(`two processes that make objects of the same ${ROUNDS} names at once have the same objects`, async () => {
  using tally = new SharedMemory({ size: 4 * (2 + ROUNDS) });
  const children = [1, 2].map(() =>
    startChild(fixture('directory/make-named.mjs'), { args: [tally.handle, String(ROUNDS), 'keep'] }),
  );
  for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  // Each has raised the number in each object, and has waited there until the other one had, too.
  expect([...new Int32Array(tally.buffer)].slice(2)).toEqual(Array.from({ length: ROUNDS }, () => 2));
  expect(filesIn(process.env['MULTIPROCESS_DIR'] ?? '', 's-round')).toEqual([]);
});

test('processes that come and go at one name find a living object or none, never half of one', async () => {
  using tally = new SharedMemory({ size: 4 * (2 + ROUNDS) });
  const children = [1, 2, 3].map(() =>
    startChild(fixture('directory/make-named.mjs'), { args: [tally.handle, String(ROUNDS), 'come and go'] }),
  );
  for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(filesIn(process.env['MULTIPROCESS_DIR'] ?? '', 's-meeting')).toEqual([]);
});

test('attaching while the last user leaves finds the object or none', async () => {
  using tally = new SharedMemory({ size: 4 * (2 + ROUNDS) });
  const child = startChild(fixture('directory/make-named.mjs'), {
    args: [tally.handle, String(ROUNDS), 'make and drop'],
  });
  await child.line('runs');
  let found = 0;
  const state = { ended: false };
  void child.exit.then(() => (state.ended = true));
  while (!state.ended) {
    try {
      using memory = SharedMemory.attach('fleeting');
      expect([0, 7]).toContain(new Uint8Array(memory.buffer)[100]);
      found++;
    } catch (error) {
      expect(error).toBeInstanceOf(HandleError);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await child.exit).code, child.stderr).toBe(0);
  expect(found).toBeGreaterThan(0);
  expect(filesIn(process.env['MULTIPROCESS_DIR'] ?? '', 's-fleeting')).toEqual([]);
});
