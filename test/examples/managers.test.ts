import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const examples = new URL('../../docs/examples/', import.meta.url);

test.each([
  ['word-table', /the: 5/],
  ['rate-limiter', '10 of 25 requests were allowed, by 2 workers together'],
  ['named-queue', 'The reader has read abc'],
])('the example %s runs, and comes to what its text says', async (name, says) => {
  const program = startChild(new URL(`${name}/main.mjs`, examples));
  await program.line(says);
  expect(await program.exit).toEqual({ code: 0, signal: null });
});
