import { ratio } from '../../harness/report/report.mjs';
import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Question, Target } from '../../harness/question.d.ts' */

const BLOCKING = 'blocking form';
const PYTHON = 'CPython';
const program = 'contenders/sync/sync-alone.mjs';

/** @param {string} primitive @param {string} what @returns {Case} */
const caseOf = (primitive, what) => ({
  name: `${primitive}: ${what}`,
  unit: 'ns',
  better: 'lower',
  plans: timedRounds({ primitive }),
});

const cases = [
  caseOf('RLock', 'acquire + release'),
  caseOf('Semaphore', 'acquire + release'),
  caseOf('BoundedSemaphore', 'acquire + release'),
  caseOf('Event', 'set + wait + clear'),
  caseOf('Condition', 'acquire + notify + release'),
  caseOf('Barrier', 'wait of a single party'),
];

/** @param {Case} one @returns {Target} */
const atMostHalf = ({ name }) => ({
  says: `${name} in the blocking form takes at most half as long as in CPython`,
  measure: (of) => ratio(of(name, BLOCKING), of(name, PYTHON)),
  atMost: 0.5,
});

/** @type {Question} */
export const syncUncontended = {
  name: 'sync-uncontended',
  asks: 'What do the other primitives cost without contention?',
  baseline: PYTHON,
  contenders: [
    { name: BLOCKING, program, args: ['sync'] },
    { name: 'awaited form', program, args: ['async'] },
    { name: PYTHON, program: 'python/sync_alone.py' },
  ],
  cases,
  targets: cases.filter(({ name }) => /^(RLock|Semaphore|Event):/.test(name)).map(atMostHalf),
};
