import { difference, ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const program = 'contenders/work/start.mjs';
const BARE = 'bare Node, empty script';
const [release = 0] = process.versions.node.split('.').map(Number);

/** @type {Question} */
export const processStart = {
  name: 'process-start',
  asks: 'How long does a process take from start() to the first line of its target?',
  baseline: BARE,
  contenders: [
    { name: 'Process', program, args: ['cold'] },
    { name: 'Process, prewarmed', program, args: ['prewarmed'] },
    { name: BARE, program, args: ['bare'] },
  ],
  cases: [
    {
      name: 'start',
      unit: 'ms',
      better: 'lower',
      plans: {
        full: { warmUps: 2, rounds: 21, request: {} },
        quick: { warmUps: 1, rounds: 3, request: {} },
      },
    },
  ],
  targets: [
    { says: 'prewarmed: at most 10 ms', measure: (of) => of('start', 'Process, prewarmed'), atMost: 10 },
    {
      says: 'cold: at most 1.4 times bare Node',
      measure: (of) => ratio(of('start', 'Process'), of('start', BARE)),
      atMost: 1.4,
    },
    { says: 'prewarmed: at most 4 ms', measure: (of) => of('start', 'Process, prewarmed'), atMost: 4 },
    {
      says: 'cold, Node 20: at most 1.25 times bare Node',
      measure: (of) => (release === 20 ? ratio(of('start', 'Process'), of('start', BARE)) : undefined),
      atMost: 1.25,
    },
    {
      says: 'cold, since Node 22: at most bare Node and 15 ms',
      measure: (of) => (release === 20 ? undefined : difference(of('start', 'Process'), of('start', BARE))),
      atMost: 15,
    },
  ],
};
