import { describe, expect, test } from 'vitest';
import { runInMountNamespace } from '../helpers/in-full-memory.js';
import { mountNamespace } from '../helpers/mount-namespace.js';

const program = new URL('fixtures/full-memory.mjs', import.meta.url);
const full = 'ERR_MULTIPROCESS_OUT_OF_MEMORY';
const texts = Array<string>(3).fill('string');

describe.skipIf(mountNamespace === undefined)(
  'when shared memory is full (skipped where unshare(1) may not mount)',
  () => {
    test.each([
      { what: 'an argument that needs more fails alone', scenario: 'argument', outcomes: [full] },
      { what: 'so does one of a call that blocks', scenario: 'argumentSync', outcomes: [full] },
      { what: 'a result that needs more fails alone', scenario: 'result', outcomes: [full] },
      { what: 'so does one of a call that blocks', scenario: 'resultSync', outcomes: [full] },
      { what: 'so does an error', scenario: 'error', outcomes: [full] },
      { what: 'so do the calls of a function', scenario: 'function', outcomes: [full, full] },
      {
        what: 'calls before, between and behind go on',
        scenario: 'amongOthers',
        outcomes: [...texts, full, full, 'number', full, ...texts],
      },
      { what: 'what fits waits for room', scenario: 'manySmall', outcomes: Array<string>(200).fill('string') },
      { what: 'a map fails as a whole', scenario: 'map', outcomes: [full] },
    ])('$what ($scenario); the workers live, and all works again when there is room', ({ scenario, outcomes }) => {
      expect(runInMountNamespace(program, scenario)).toEqual({
        full: outcomes,
        again: [[1, 2, 400_000]],
        replaced: 0,
      });
    });
  },
);
