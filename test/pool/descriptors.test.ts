import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const program = new URL('fixtures/without-descriptors.mjs', import.meta.url);
const within = ['sh', '-c', 'ulimit -n 100 && exec "$@"', 'sh'];

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  'with %i descriptors left, calls of a pool of threads are done, or reject and say why; nothing is left unhandled',
  async (left) => {
    const child = startChild(program, { within, args: [String(left)] });
    expect(await child.line(/^call/)).toMatch(
      /^call: (4|(SystemError|ProcessStartError): .*(EMFILE|too many open files).*)$/,
    );
    expect(await child.line(/^joined/)).toMatch(/^joined/);
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);
