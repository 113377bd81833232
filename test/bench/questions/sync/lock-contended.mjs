import { timedRounds } from '../../harness/plans.mjs';
import { noNavigatorLocks } from '../../harness/contender/request-lock.mjs';

/** @import { Extra, Question } from '../../harness/question.d.ts' */

const EMPTY = 'empty section';
const WATCHED = 'who had it last is noted';
const OURS = 'Lock.acquireSync';
const PYTHON = 'CPython Lock';
const program = 'contenders/sync/lock-contended.mjs';

/** @type {Extra} */
const largerShare = { key: 'largerShare', title: 'larger share, %', combine: 'median' };

/** @type {Question} */
export const lockContended = {
  name: 'lock-contended',
  asks: 'How often can two processes acquire and release one lock, and how evenly do they get it?',
  baseline: PYTHON,
  contenders: [
    { name: OURS, program, args: ['sync'] },
    { name: 'await Lock.acquire', program, args: ['async'] },
    { name: PYTHON, program: 'python/lock_contended.py' },
    {
      name: 'navigator.locks, two threads',
      program: 'contenders/sync/navigator-contended.mjs',
      skip: noNavigatorLocks,
    },
    { name: 'proper-lockfile', program, args: ['file'] },
  ],
  cases: [
    { name: EMPTY, unit: 'pairs/s', better: 'higher', plans: timedRounds({ watched: false }), extras: [largerShare] },
    {
      name: WATCHED,
      unit: 'pairs/s',
      better: 'higher',
      plans: timedRounds({ watched: true }),
      extras: [largerShare, { key: 'longestRun', title: 'longest run', combine: 'max' }],
    },
  ],
  targets: [
    {
      says: 'two processes acquire and release at least 2 M times a second together',
      measure: (of) => of(EMPTY, OURS),
      atLeast: 2e6,
    },
  ],
};
