import { availableParallelism } from 'node:os';
import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */

const OURS = 'SharedMap';
const ALONE = 'one reads';
const WRITTEN = 'four read while one writes';
const READERS = 4;

/** @param {string} name @param {object} request @returns {Case} */
const caseOf = (name, request) => ({ name, unit: 'reads/s', better: 'higher', plans: timedRounds(request) });

/** @type {Question} */
export const mapReaders = {
  name: 'map-readers',
  asks: 'How many reads a second do several processes do together, while another one sets a hundred entries each millisecond?',
  baseline: OURS,
  contenders: [{ name: OURS, program: 'contenders/map/readers.mjs' }],
  cases: [
    caseOf(ALONE, { readers: 1, writes: false }),
    caseOf('four read', { readers: READERS, writes: false }),
    caseOf(WRITTEN, { readers: READERS, writes: true }),
  ],
  targets: [
    {
      says: 'four read at least 0.8 times as often, while one writes, as the processors they have would alone',
      measure: (of) => {
        const together = ratio(of(WRITTEN, OURS), of(ALONE, OURS));
        return together === undefined ? undefined : together / Math.min(READERS, availableParallelism());
      },
      atLeast: 0.8,
    },
  ],
};
