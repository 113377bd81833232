import { availableParallelism } from 'node:os';
import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const READS = 'get of a small value';
const ALONE = 'one reads';
const WRITTEN = 'four read while one writes';
const READERS = 4;
const program = 'contenders/map/readers.mjs';

// What is compared are situations, not packages. They are contenders, so that they take turns: in cases, one after the
// other, each would have another speed of a machine whose speed changes.
/** @type {Question} */
export const mapReaders = {
  name: 'map-readers',
  asks: 'How many reads a second do several processes do together, while another one sets a hundred entries each millisecond?',
  baseline: ALONE,
  contenders: [
    { name: ALONE, program, args: ['1', 'reads'] },
    { name: 'four read', program, args: [String(READERS), 'reads'] },
    { name: WRITTEN, program, args: [String(READERS), 'writes'] },
  ],
  cases: [{ name: READS, unit: 'reads/s', better: 'higher', plans: timedRounds({}, 41) }],
  targets: [
    {
      says: 'four read at least 0.8 times as often, while one writes, as the processors they have would alone',
      measure: (of) => {
        const together = ratio(of(READS, WRITTEN), of(READS, ALONE));
        return together === undefined ? undefined : together / Math.min(READERS, availableParallelism());
      },
      atLeast: 0.8,
    },
  ],
};
