import { OURS, poolContenders, PYTHON_POOL } from '../../harness/pool-contenders.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const name = 'a million integers';

/** @type {Question} */
export const poolMap = {
  name: 'pool-map',
  asks: 'How many inputs a second does a map over a million integers take, with two workers?',
  baseline: PYTHON_POOL,
  contenders: poolContenders.filter(({ name: contender }) => /^Pool|CPython/.test(contender)),
  cases: [
    {
      name,
      unit: 'inputs/s',
      better: 'higher',
      plans: {
        full: { warmUps: 2, rounds: 7, request: { op: 'map', inputs: 1_000_000 } },
        quick: { warmUps: 1, rounds: 2, request: { op: 'map', inputs: 1_000_000 } },
      },
    },
  ],
  targets: [
    {
      says: 'at least as many as CPython’s Pool.map',
      measure: (of) => ratio(of(name, OURS), of(name, PYTHON_POOL)),
      atLeast: 1,
    },
  ],
};
