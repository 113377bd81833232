import { timedRounds } from '../../harness/plans.mjs';
import { noRedis, redisStage } from '../../harness/redis-stage.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Contender, Question } from '../../harness/question.d.ts' */

const ALONE = 'uncontended';
const CONTENDED = 'four processes contend';
const OURS = '@multiprocess/redis';
const POLLING = 'redis-semaphore';

/** @param {string} name @returns {Contender} */
const contender = (name) => ({ name, program: 'contenders/redis/locks.mjs', args: [name], skip: noRedis });

/** @type {Question} */
export const redisLocks = {
  name: 'redis-locks',
  asks: 'What do acquiring and releasing a lock on one Redis cost, and how long does the unluckiest wait when four processes want it?',
  baseline: POLLING,
  stage: redisStage,
  contenders: [OURS, POLLING, 'redlock-universal'].map(contender),
  cases: [
    { name: ALONE, unit: 'µs', better: 'lower', plans: timedRounds({ clients: 1 }) },
    {
      name: CONTENDED,
      unit: 'pairs/s',
      better: 'higher',
      plans: timedRounds({ clients: 4 }),
      extras: [{ key: 'longestWait', title: 'longest wait, ms', combine: 'median' }],
    },
  ],
  targets: [
    {
      says: 'uncontended, a pair takes no longer than redis-semaphore’s, as a ratio',
      measure: (of) => ratio(of(ALONE, OURS), of(ALONE, POLLING)),
      atMost: 1,
    },
    {
      says: 'contended, at least as many pairs as redis-semaphore, as a ratio',
      measure: (of) => ratio(of(CONTENDED, OURS), of(CONTENDED, POLLING)),
      atLeast: 1,
    },
    {
      says: 'contended, the longest wait is at most a fifth of redis-semaphore’s',
      measure: (of) => ratio(of(CONTENDED, OURS, 'longestWait'), of(CONTENDED, POLLING, 'longestWait')),
      atMost: 0.2,
    },
  ],
};
