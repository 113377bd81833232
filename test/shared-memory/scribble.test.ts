import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { fixture } from './helpers.js';

// Each child changes words of its own queue or lock at random, then uses it with all its methods. It reports what was
// neither a right answer nor an error of this toolkit; a crash or a hang shows by itself.
describe('words that another program has written over', () => {
  test.each([
    { what: 'the words of a queue', words: 'ring' },
    { what: 'the records of a queue', words: 'records' },
    { what: 'both', words: 'all' },
    { what: 'the word of a lock', words: 'lock' },
    { what: 'the first words of a fair lock', words: 'fair lock' },
    { what: 'the first words of a lock for readers and writers', words: 'rwlock' },
    { what: 'the words of a slab, its table and its cells', words: 'slab', rounds: 100 },
  ])('$what lead to typed errors or right answers, never to a crash', async ({ words, rounds = 400 }) => {
    const child = startChild(fixture('scribble.mjs'), { args: [words, String(rounds)] });
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
    expect(child.lines.at(-1)).toMatch(/^done/);
  });
});
