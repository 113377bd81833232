import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */

const PYTHON = 'CPython Lock';
const program = 'contenders/sync/sync-fairness.mjs';

/** @param {string} name @param {number} sides @returns {Case} */
const caseOf = (name, sides) => ({
  name,
  unit: 'µs',
  better: 'lower',
  plans: timedRounds({ sides }),
  extras: [
    { key: 'longestRun', title: 'longest run', combine: 'max' },
    { key: 'smallestShare', title: 'smallest share, %', combine: 'median' },
  ],
});

/** @type {Question} */
export const syncFairness = {
  name: 'sync-fairness',
  asks: 'How long does an acquire take where others want the same all the time, and how evenly do they get it?',
  baseline: PYTHON,
  contenders: [
    { name: 'Lock.acquireSync', program, args: ['Lock', 'sync'] },
    { name: 'await Lock.acquire', program, args: ['Lock', 'async'] },
    { name: 'fair Lock.acquireSync', program, args: ['fair Lock', 'sync'] },
    { name: 'await fair Lock.acquire', program, args: ['fair Lock', 'async'] },
    { name: 'RLock.acquireSync', program, args: ['RLock', 'sync'] },
    { name: 'Semaphore.acquireSync', program, args: ['Semaphore', 'sync'] },
    { name: 'BoundedSemaphore.acquireSync', program, args: ['BoundedSemaphore', 'sync'] },
    { name: PYTHON, program: 'python/sync_fairness.py' },
  ],
  cases: [caseOf('two processes', 2), caseOf('four processes', 4)],
  targets: [],
};
