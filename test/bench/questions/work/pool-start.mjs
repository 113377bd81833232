import { OURS, poolContenders, PYTHON_POOL } from '../../harness/pool-contenders.mjs';
import { ratio } from '../../harness/report/report.mjs';

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
  targets: [
    {
      says: 'processes: at most 1.3 times as long as tinypool',
      measure: (of) => ratio(of('start', OURS), of('start', 'tinypool, child_process')),
      atMost: 1.3,
    },
    {
      says: 'threads: at most 1.2 times as long as tinypool',
      measure: (of) => ratio(of('start', 'Pool, threads'), of('start', 'tinypool, threads')),
      atMost: 1.2,
    },
  ],
};
