import { timedRounds } from '../../harness/plans.mjs';
import {
  NODE_PROCESS_POOLS,
  OURS,
  poolContenders,
  PYTHON_EXECUTOR,
  PYTHON_POOL,
} from '../../harness/pool-contenders.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Lookup, Question } from '../../harness/question.d.ts' */

/** @param {string} name @param {object} request @returns {Case} */
const rate = (name, request) => ({
  name,
  unit: 'tasks/s',
  better: 'higher',
  plans: timedRounds({ op: 'tasks', ...request }),
});

/** The best of some contenders who took part. @param {Lookup} of @param {string} name @param {readonly string[]} contenders */
function best(of, name, contenders) {
  const figures = contenders.map((contender) => of(name, contender)).filter((figure) => figure !== undefined);
  return figures.length === 0 ? undefined : Math.max(...figures);
}

/** @type {Question} */
export const poolTasks = {
  name: 'pool-tasks',
  asks: 'How many tasks a second do two workers run?',
  baseline: PYTHON_POOL,
  contenders: poolContenders,
  cases: [
    { name: 'one at a time', unit: 'µs', better: 'lower', plans: timedRounds({ op: 'trips' }) },
    rate('no-op, 1 in flight', { inFlight: 1 }),
    rate('no-op, 16 in flight', { inFlight: 16 }),
    rate('no-op, 256 in flight', { inFlight: 256 }),
    rate('64 KiB, 16 in flight', { inFlight: 16, bytes: 65_536 }),
  ],
  targets: [
    {
      says: 'at least 350 000 no-op tasks a second, 256 in flight',
      measure: (of) => of('no-op, 256 in flight', OURS),
      atLeast: 350_000,
    },
    ...['tinypool, threads', 'piscina, threads'].map((other) => ({
      says: `at least as many tasks with 64 KiB as ${other}`,
      /** @param {Lookup} of */
      measure: (of) => ratio(of('64 KiB, 16 in flight', OURS), of('64 KiB, 16 in flight', other)),
      atLeast: 1,
    })),
    {
      says: 'at least 5 times as many no-op tasks, 256 in flight, as the best pool of processes for Node',
      measure: (of) => ratio(of('no-op, 256 in flight', OURS), best(of, 'no-op, 256 in flight', NODE_PROCESS_POOLS)),
      atLeast: 5,
    },
    {
      says: 'at least 3 times as many as CPython’s apply_async',
      measure: (of) => ratio(of('no-op, 256 in flight', OURS), of('no-op, 256 in flight', PYTHON_POOL)),
      atLeast: 3,
    },
    ...[...NODE_PROCESS_POOLS, PYTHON_POOL, PYTHON_EXECUTOR].map((other) => ({
      says: `one at a time sooner than ${other}`,
      /** @param {Lookup} of */
      measure: (of) => ratio(of('one at a time', OURS), of('one at a time', other)),
      atMost: 1,
    })),
  ],
};
