import { ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const CASE = 'set() to woken';
const BLOCKED = 'waitSync, process';
const AWAITING = 'await wait, process';
const PYTHON = 'CPython Event, process';
const program = 'contenders/sync/sync-wake.mjs';

/** @type {Question} */
export const syncWake = {
  name: 'sync-wake',
  asks: 'How long after Event.set() does a sleeper go on?',
  baseline: PYTHON,
  contenders: [
    { name: BLOCKED, program, args: ['sync', 'process'] },
    { name: 'waitSync, thread', program, args: ['sync', 'thread'] },
    { name: AWAITING, program, args: ['async', 'process'] },
    { name: 'await wait, thread', program, args: ['async', 'thread'] },
    { name: PYTHON, program: 'python/sync_wake.py' },
  ],
  cases: [
    {
      name: CASE,
      unit: 'µs',
      better: 'lower',
      plans: {
        full: { warmUps: 4, rounds: 11, request: { wakes: 50 } },
        quick: { warmUps: 2, rounds: 3, request: { wakes: 20 } },
      },
    },
  ],
  targets: [
    {
      says: 'a blocked waiter in another process goes on no later than in CPython, as a ratio',
      measure: (of) => ratio(of(CASE, BLOCKED), of(CASE, PYTHON)),
      atMost: 1,
    },
    {
      says: 'an awaiting waiter in another process goes on at most twice as late as a waiter in CPython',
      measure: (of) => ratio(of(CASE, AWAITING), of(CASE, PYTHON)),
      atMost: 2,
    },
  ],
};
