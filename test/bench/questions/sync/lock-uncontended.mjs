import { ratio } from '../../harness/report/report.mjs';
import { timedRounds } from '../../harness/plans.mjs';
import { noNavigatorLocks } from '../../harness/contender/request-lock.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const CASE = 'acquire + release';
const OURS = 'Lock.acquireSync';
const PYTHON = 'CPython Lock';
const program = 'contenders/sync/lock-alone.mjs';

/** @type {Question} */
export const lockUncontended = {
  name: 'lock-uncontended',
  asks: 'What does it cost to acquire and release an uncontended lock?',
  baseline: PYTHON,
  contenders: [
    { name: OURS, program, args: ['sync'] },
    { name: 'Lock.tryAcquire', program, args: ['try'] },
    { name: 'await Lock.acquire', program, args: ['async'] },
    { name: PYTHON, program: 'python/lock_alone.py' },
    { name: 'navigator.locks', program, args: ['navigator'], skip: noNavigatorLocks },
    { name: 'proper-lockfile', program, args: ['file'] },
  ],
  cases: [{ name: CASE, unit: 'ns', better: 'lower', plans: timedRounds({}) }],
  targets: [
    {
      says: 'acquireSync + release take at most 40 ns',
      measure: (of) => of(CASE, OURS),
      atMost: 40,
    },
    {
      says: 'acquireSync + release take at most half as long as CPython’s',
      measure: (of) => ratio(of(CASE, OURS), of(CASE, PYTHON)),
      atMost: 0.5,
    },
  ],
};
