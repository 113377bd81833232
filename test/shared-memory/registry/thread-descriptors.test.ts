import { expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { times } from '../../helpers/effort.js';
import { fixture, newDirectory } from '../helpers.js';

const THREADS = times(150);

test.each(
  ['awaits', 'blocks', 'rings', 'runs a program'].flatMap((what) =>
    ['return', 'exit', 'terminate'].map((end) => ({ what, end })),
  ),
)(
  'a thread that $what and ends by $end closes no descriptor of another one',
  async ({ what, end }) => {
    const child = startChild(fixture('limits/threads-with-descriptors.mjs'), {
      args: [what, end, String(THREADS)],
      env: { MULTIPROCESS_DIR: newDirectory() },
    });
    expect(await child.line(/^strange/)).toBe('strange []');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
  },
  240_000,
);

test.each([
  { books: 'keeps books of what its workers open', track: 'true' },
  { books: 'keeps none', track: 'false' },
])(
  'a thread that is terminated at any step of taking a slot leaves the directory free, where Node $books',
  async ({ track }) => {
    const child = startChild(fixture('registry/terminate-claiming.mjs'), {
      args: [track],
      env: { MULTIPROCESS_DIR: newDirectory() },
    });
    expect(await child.line(/^taken/)).toBe('taken []');
    expect(Number((await child.line(/^steps/)).split(' ')[1])).toBeGreaterThan(20);
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
  240_000,
);
