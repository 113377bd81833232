import { difference } from '../../harness/report/report.mjs';

/** @import { Contender, Lookup, Question } from '../../harness/question.d.ts' */

const program = 'contenders/work/import.mjs';
const CASE = 'to its end';
const BARE = 'empty module';
const ALL = 'multiprocess';
const ANEW = 'multiprocess, compiled anew';

/** @param {string} name @returns {Contender} */
const one = (name) => ({ name, program, args: [name] });

/** @type {Question} */
export const importing = {
  name: 'import',
  asks: 'How long does a program take that imports a package, and does nothing with it?',
  baseline: BARE,
  contenders: [
    one(ALL),
    { name: ANEW, program, args: [ALL, 'anew'] },
    ...['shared-memory', 'serialization', 'sync', 'queue', 'process', 'pool'].map((name) =>
      one(`@multiprocess/${name}`),
    ),
    { name: BARE, program, args: ['bare'] },
  ],
  cases: [
    {
      name: CASE,
      unit: 'ms',
      better: 'lower',
      plans: {
        full: { warmUps: 2, rounds: 21, request: {} },
        quick: { warmUps: 1, rounds: 3, request: {} },
      },
    },
  ],
  targets: [
    { says: 'multiprocess, compiled anew: at most 25 ms more than nothing', measure: moreThanBare(ANEW), atMost: 25 },
    { says: 'multiprocess: at most 15 ms more than nothing', measure: moreThanBare(ALL), atMost: 15 },
  ],
};

/** @param {string} name */
function moreThanBare(name) {
  return (/** @type {Lookup} */ of) => difference(of(CASE, name), of(CASE, BARE));
}
