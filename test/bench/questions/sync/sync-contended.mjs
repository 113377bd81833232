import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */

const program = 'contenders/sync/sync-contended.mjs';

/** @param {string} primitive @returns {Case} */
const pairsOf = (primitive) => ({
  name: `${primitive}: acquire + release`,
  unit: 'pairs/s',
  better: 'higher',
  plans: timedRounds({ primitive }),
  extras: [{ key: 'largerShare', title: 'larger share, %', combine: 'median' }],
});

/** @param {string} primitive @param {string} what @returns {Case} */
const meetingsOf = (primitive, what) => ({
  name: `${primitive}: ${what}`,
  unit: 'a second',
  better: 'higher',
  plans: timedRounds({ primitive }),
});

/** @type {Question} */
export const syncContended = {
  name: 'sync-contended',
  asks: 'How often can two processes use one of the other primitives at the same time?',
  baseline: 'CPython',
  contenders: [
    { name: 'blocking form', program, args: ['sync'] },
    { name: 'awaited form', program, args: ['async'] },
    { name: 'CPython', program: 'python/sync_contended.py' },
  ],
  cases: [
    pairsOf('RLock'),
    pairsOf('Semaphore'),
    pairsOf('BoundedSemaphore'),
    meetingsOf('Condition', 'rounds in which each side hands its turn on'),
    meetingsOf('Event', 'rounds of two events, there and back'),
    meetingsOf('Barrier', 'meetings of two parties'),
  ],
  targets: [],
};
