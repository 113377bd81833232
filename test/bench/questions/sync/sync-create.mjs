import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */

const OURS = 'without a name';
const PYTHON = 'CPython';
const program = 'contenders/sync/create.mjs';
/** Microseconds. */
const MOST = 5;

/** @param {string} primitive @returns {Case} */
const caseOf = (primitive) => ({
  name: primitive,
  unit: 'µs',
  better: 'lower',
  plans: timedRounds({ primitive }),
});

const cases = ['Lock', 'RLock', 'Semaphore', 'BoundedSemaphore', 'Event', 'Barrier', 'SharedValue'].map(caseOf);

/** @type {Question} */
export const syncCreate = {
  name: 'sync-create',
  asks: 'What does it cost to make one of thousands of small objects?',
  baseline: PYTHON,
  contenders: [
    { name: OURS, program, args: ['nameless'] },
    { name: 'with a name', program, args: ['named'] },
    { name: PYTHON, program: 'python/create.py' },
  ],
  cases,
  targets: cases
    .filter(({ name }) => name !== 'Barrier')
    .map(({ name }) => ({ says: `a ${name} is made in ${MOST} µs`, measure: (of) => of(name, OURS), atMost: MOST })),
};
