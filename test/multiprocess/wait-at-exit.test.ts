import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

// Node runs microtasks once more after the listeners of `exit`: what rejects there is an unhandled rejection, and the exit code 1.
test.each(['Event', 'Lock', 'Semaphore', 'Condition', 'Queue', 'Manager'])(
  'a wait of %s does not settle any more once the program exits',
  async (what) => {
    const child = startChild('wait-at-exit.mjs', { args: [what] });
    expect({ ...(await child.exit), stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(child.lines).toEqual([]);
  },
);
