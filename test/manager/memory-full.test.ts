import { describe, expect, test } from 'vitest';
import { runInMountNamespace } from '../helpers/in-full-memory.js';
import { mountNamespace } from '../helpers/mount-namespace.js';

const program = new URL('fixtures/full-memory.mjs', import.meta.url);
const full = 'ERR_MULTIPROCESS_OUT_OF_MEMORY';

describe.skipIf(mountNamespace === undefined)(
  'when shared memory is full (skipped where unshare(1) may not mount)',
  () => {
    test.each([
      { what: 'a request that needs more fails alone', scenario: 'request', outcomes: [full] },
      { what: 'so does one that blocks', scenario: 'requestSync', outcomes: [full] },
      { what: 'an answer that needs more fails alone', scenario: 'answer', outcomes: [full] },
      { what: 'so does one to a call that blocks', scenario: 'answerSync', outcomes: [full] },
      { what: 'so does one that brings proxies', scenario: 'answerWithProxy', outcomes: [full] },
      {
        what: 'calls before, between and behind go on',
        scenario: 'amongOthers',
        outcomes: ['string', full, 'string', full, 'string'],
      },
      { what: 'so do those that block', scenario: 'syncAmongOthers', outcomes: ['string', full, 'string'] },
      { what: 'a batch fails as a whole', scenario: 'batch', outcomes: [full, 'string'] },
      { what: 'the calls of an object that could not be made fail', scenario: 'create', outcomes: [full, 'string'] },
      { what: 'what fits waits for room', scenario: 'manySmall', outcomes: Array<string>(300).fill('undefined') },
    ])('$what ($scenario); all works again when there is room', ({ scenario, outcomes }) => {
      expect(runInMountNamespace(program, scenario)).toEqual({ full: outcomes, again: [700_000, 300_000, 3] });
    });
  },
);
