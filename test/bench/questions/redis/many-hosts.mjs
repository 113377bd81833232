import { timedRounds } from '../../harness/plans.mjs';
import { noRedis, redisStage } from '../../harness/redis-stage.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const CALL = 'one call, there and back';
const MAP = 'map over 100 000 small inputs';
const OURS = 'DistributedPool';
const BULL = 'BullMQ, a job for each input';
const program = 'contenders/redis/many-hosts.mjs';

/** @type {Question} */
export const manyHosts = {
  name: 'many-hosts',
  asks: 'How long does a call on another host take, and how many inputs a second does a map over two hosts take?',
  baseline: BULL,
  stage: redisStage,
  contenders: [
    { name: OURS, program, args: ['ours'], skip: noRedis },
    { name: BULL, program, args: ['bull'], skip: noRedis },
    { name: 'Pool, on this host', program, args: ['local'], skip: noRedis },
  ],
  cases: [
    { name: CALL, unit: 'µs', better: 'lower', plans: timedRounds({ what: 'call' }) },
    { name: MAP, unit: 'inputs/s', better: 'higher', plans: timedRounds({ what: 'map' }) },
  ],
  targets: [
    {
      says: 'a call takes at most as long as one of BullMQ, add and waitUntilFinished',
      measure: (of) => ratio(of(CALL, OURS), of(CALL, BULL)),
      atMost: 1,
    },
    {
      says: 'a map takes at least 10 times as many inputs a second as BullMQ with a job for each',
      measure: (of) => ratio(of(MAP, OURS), of(MAP, BULL)),
      atLeast: 10,
    },
  ],
};
