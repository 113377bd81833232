import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

// Test runners load the toolkit anew into a context of node:vm for each file, in one and the same thread. The native part is
// loaded once, and knows the thread once.
describe('several realms of one thread', () => {
  test.each([
    { what: 'a queue wakes the other realm', result: [1, 2, 3] },
    { what: 'a lock is held by one of them', result: [false, 'woken', false] },
    { what: 'an async context of one owns nothing in the other', result: ['NotOwnedError', true, false] },
    { what: 'the thread is registered once', result: [1, 1] },
    { what: 'a child wakes both', result: ['from a child', 'from a child', 0, 0] },
    { what: 'realms that are over leave the others at work', result: ['after them', 1] },
  ])('$what', async ({ what, result }) => {
    const child = startChild(new URL('fixtures/many-realms.mjs', import.meta.url), {
      args: [what],
      execArgv: ['--experimental-vm-modules', '--no-warnings'],
    });
    const { code } = await child.exit;
    expect({ code, stderr: child.stderr }).toEqual({ code: 0, stderr: '' });
    expect(child.lines.map((line) => JSON.parse(line) as unknown)).toEqual([result]);
  });
});
