import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const examples = new URL('../../docs/examples/', import.meta.url);

test.each([
  [
    'word-count',
    [fileURLToPath(new URL('../../packages/sync', import.meta.url))],
    'Both counts agree to the last word.',
  ],
  [
    'compress-map',
    [fileURLToPath(new URL('../../packages/process', import.meta.url)), '20'],
    'Both agree to the last byte.',
  ],
  ['pool-pipeline', [], 'The pipeline and one process agree.'],
  ['cancel-search', [], 'The workers are the same as before.'],
  ['frames', ['12'], 'All frames are right, and all are back.'],
])('the example %s runs, and checks itself', { timeout: 240_000 }, async (name, args, says) => {
  const program = startChild(new URL(`${name}/main.mjs`, examples), { args });
  await program.line(says);
  expect(await program.exit).toEqual({ code: 0, signal: null });
});
