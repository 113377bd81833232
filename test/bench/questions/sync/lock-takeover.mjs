/** @import { Question, Target } from '../../harness/question.d.ts' */

const CASE = 'SIGKILL to acquired';
const SYNC = 'Lock.acquireSync';
const ASYNC = 'await Lock.acquire';
const program = 'contenders/sync/lock-takeover.mjs';

/** @param {string} name @returns {Target[]} */
const targetsOf = (name) => [
  { says: `${name} has it within 200 ms of each kill`, measure: (of) => of(CASE, name, 'max'), atMost: 200 },
  { says: `${name} is told each time, in per cent`, measure: (of) => of(CASE, name, 'told'), atLeast: 100 },
];

/** @type {Question} */
export const lockTakeover = {
  name: 'lock-takeover',
  asks: 'How long after a holder was killed does the next one who waits have the lock?',
  baseline: 'proper-lockfile',
  contenders: [
    { name: SYNC, program, args: ['sync'] },
    { name: ASYNC, program, args: ['async'] },
    { name: 'CPython Lock', program: 'python/lock_takeover.py' },
    { name: 'proper-lockfile', program, args: ['file'] },
  ],
  cases: [
    {
      name: CASE,
      unit: 'ms',
      better: 'lower',
      plans: {
        full: { warmUps: 1, rounds: 10, request: { kills: 20 } },
        quick: { warmUps: 0, rounds: 2, request: { kills: 3 } },
      },
      extras: [{ key: 'told', title: 'told that it died, %', combine: 'min' }],
    },
  ],
  targets: [
    ...targetsOf(SYNC),
    ...targetsOf(ASYNC),
    { says: `${ASYNC} has it within 5 ms, as a median`, measure: (of) => of(CASE, ASYNC, 'p50'), atMost: 5 },
    { says: `${ASYNC} has it within 20 ms, 99 of 100 times`, measure: (of) => of(CASE, ASYNC, 'p99'), atMost: 20 },
  ],
};
