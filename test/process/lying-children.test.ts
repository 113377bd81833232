import { expect, test } from 'vitest';
import { HEADER_BYTES } from '../../packages/shared-memory/build/files/segment-header.js';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';

const program = new URL('fixtures/lies.mjs', import.meta.url);

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'a child that overwrites word %d of what it shares with its parent does not harm it: exit codes are right, and damage is an error',
  { timeout: 240_000 },
  async (word) => {
    markKilled();
    const main = startChild(program, { args: [String(HEADER_BYTES), String(word)] });
    expect(await main.exit, main.stderr).toEqual({ code: 0, signal: null });
    expect(main.lines).toEqual(['4 lies']);
    expect(main.stderr).toBe('');
  },
);
