import { poolContenders, PYTHON_POOL } from '../../harness/pool-contenders.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

/** @type {Question} */
export const poolStart = {
  name: 'pool-start',
  asks: 'How long does it take to start two workers, until the first result, and what does an idle worker keep in memory?',
  baseline: PYTHON_POOL,
  contenders: poolContenders,
  cases: [
    {
      name: 'start',
      unit: 'ms',
      better: 'lower',
      plans: {
        full: { warmUps: 1, rounds: 11, request: { op: 'start' } },
        quick: { warmUps: 0, rounds: 2, request: { op: 'start' } },
      },
    },
    {
      name: 'memory',
      unit: 'MiB',
      better: 'lower',
      plans: {
        full: { warmUps: 0, rounds: 3, request: { op: 'memory' } },
        quick: { warmUps: 0, rounds: 1, request: { op: 'memory' } },
      },
    },
  ],
  targets: [],
};
