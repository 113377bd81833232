import { timedRounds } from '../../harness/plans.mjs';
import { noRedis, redisStage } from '../../harness/redis-stage.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */

const OURS = 'SharedMap';
const LMDB = 'lmdb';
const REDIS = 'Redis';
const GET_STRING = 'get a string';
const GET = 'get a small object';
const GET_MANY = 'get one of 100 000 small objects';
const SET = 'set a small object';
const program = 'contenders/map/entries.mjs';

/** @param {string} name @param {object} request @returns {Case} */
const caseOf = (name, request) => ({ name, unit: 'ns', better: 'lower', plans: timedRounds(request) });

/** @type {Question} */
export const sharedMap = {
  name: 'shared-map',
  asks: 'What do reading and writing an entry cost that all processes of a machine share?',
  baseline: LMDB,
  ...(noRedis === undefined && { stage: redisStage }),
  contenders: [
    { name: OURS, program, args: ['SharedMap'] },
    { name: LMDB, program, args: ['lmdb'] },
    { name: REDIS, program, args: ['redis'], skip: noRedis, cases: [GET_STRING, GET, SET] },
  ],
  cases: [
    caseOf(GET_STRING, { op: 'get', entries: 'strings' }),
    caseOf(GET, { op: 'get', entries: 'objects' }),
    caseOf(GET_MANY, { op: 'get', entries: 'many' }),
    caseOf(SET, { op: 'set', entries: 'objects' }),
  ],
  targets: [
    { says: 'get of a small object takes at most 1 µs', measure: (of) => of(GET, OURS), atMost: 1000 },
    { says: 'set of a small object takes at most 2.5 µs', measure: (of) => of(SET, OURS), atMost: 2500 },
    {
      says: 'get of a string is at least 3 times as fast as lmdb’s',
      measure: (of) => ratio(of(GET_STRING, LMDB), of(GET_STRING, OURS)),
      atLeast: 3,
    },
    {
      says: 'get of a small object is at least 3 times as fast as lmdb’s',
      measure: (of) => ratio(of(GET, LMDB), of(GET, OURS)),
      atLeast: 3,
    },
    {
      says: 'get of a small object is at least 50 times as fast as from Redis',
      measure: (of) => ratio(of(GET, REDIS), of(GET, OURS)),
      atLeast: 50,
    },
  ],
};
