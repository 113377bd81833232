/** @import { Question } from '../../harness/question.d.ts' */

const OURS = 'SharedMap.fetch';
const CASE = 'a killed loader';

/** @type {Question} */
export const mapFetch = {
  name: 'map-fetch',
  asks: 'How long after the process that loads a value was killed does one of sixteen that wait for it load?',
  baseline: OURS,
  contenders: [{ name: OURS, program: 'contenders/map/killed-loader.mjs' }],
  cases: [
    {
      name: CASE,
      unit: 'ms',
      better: 'lower',
      plans: {
        full: { warmUps: 1, rounds: 10, request: { kills: 10 } },
        quick: { warmUps: 0, rounds: 2, request: { kills: 3 } },
      },
    },
  ],
  targets: [
    { says: 'another one loads within 200 ms, as a median', measure: (of) => of(CASE, OURS, 'p50'), atMost: 200 },
  ],
};
