import { timedRounds } from '../../harness/plans.mjs';
import { noRedis, redisStage } from '../../harness/redis-stage.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Contender, Question } from '../../harness/question.d.ts' */

const PUT = 'put one at a time, 64 in flight';
const MANY = 'put 1000 together';
const JOBS = 'jobs done by another process, 64 in flight';
const PING = 'there and back, both sides wait';
const OURS = '@multiprocess/redis';
const LIST = 'RPUSH, BLPOP';
const MOVED = 'RPUSH, BLMOVE';
const BULL = 'BullMQ';
const program = 'contenders/redis/queues.mjs';

/** @type {readonly Contender[]} */
const contenders = [
  { name: OURS, program, args: ['ours'], skip: noRedis },
  { name: LIST, program, args: ['list'], skip: noRedis, cases: [PUT, MANY, PING] },
  { name: MOVED, program, args: ['moved'], skip: noRedis, cases: [JOBS, PING] },
  { name: BULL, program, args: ['bull'], skip: noRedis, cases: [PUT, MANY, JOBS] },
];

/** @type {Question} */
export const redisQueues = {
  name: 'redis-queues',
  asks: 'How many small objects a second go through a queue on one Redis, and how long does one take that is waited for?',
  baseline: LIST,
  stage: redisStage,
  contenders,
  cases: [
    { name: PUT, unit: 'items/s', better: 'higher', plans: timedRounds({ what: 'put' }) },
    { name: MANY, unit: 'items/s', better: 'higher', plans: timedRounds({ what: 'many' }) },
    { name: JOBS, unit: 'jobs/s', better: 'higher', plans: timedRounds({ what: 'jobs' }) },
    { name: PING, unit: 'µs', better: 'lower', plans: timedRounds({ what: 'ping' }) },
  ],
  targets: [
    { says: 'at least 80 000 items a second with 64 in flight', measure: (of) => of(PUT, OURS), atLeast: 80_000 },
    { says: 'at least 200 000 items a second by putMany', measure: (of) => of(MANY, OURS), atLeast: 200_000 },
    {
      says: 'at least 3 times as many jobs as BullMQ',
      measure: (of) => ratio(of(JOBS, OURS), of(JOBS, BULL)),
      atLeast: 3,
    },
    {
      says: 'a get that waits is answered in at most 1.5 times the round trip of a bare BLPOP',
      measure: (of) => ratio(of(PING, OURS), of(PING, LIST)),
      atMost: 1.5,
    },
  ],
};
