import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const program = new URL('fixtures/without-descriptors.mjs', import.meta.url);
const within = ['sh', '-c', 'ulimit -n 100 && exec "$@"', 'sh'];

describe.each(['process', 'thread'])('a %s that is started', (runtime) => {
  test.each([0, 1, 2, 3, 4])('with %i descriptors left runs, or its error says that there are none', async (left) => {
    const child = startChild(program, { within, args: [runtime, String(left)] });
    const { name, message, exitCode } = JSON.parse(await child.line(/^\{/)) as Record<string, unknown>;
    if (name !== 'none') {
      expect(['ProcessStartError', 'SystemError']).toContain(name);
      expect(message).toMatch(/EMFILE|too many open files/);
      expect(exitCode).not.toBe(0);
    } else expect(exitCode).toBe(0);
    expect(await child.exit).toEqual({ code: 0, signal: null });
  });
});
