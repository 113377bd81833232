import { timedRounds } from './harness/plans.mjs';
import { ratio } from './harness/report.mjs';

/** @import { Question } from './harness/question.d.ts' */

const PYTHON = 'CPython Manager';
const program = 'contenders/manager-calls.mjs';

/** @type {readonly (readonly [name: string, op: string])[]} */
const operations = [
  ['dict get', 'get'],
  ['dict set', 'set'],
  ['list append', 'append'],
  ['value get', 'value'],
  ['lock cycle', 'lock'],
];

/** @type {Question} */
export const managerCalls = {
  name: 'manager-calls',
  asks: 'How long does one call of a method of an object in a manager take, for one client?',
  baseline: PYTHON,
  contenders: [
    { name: 'Manager, sync', program, args: ['sync'] },
    { name: 'Manager, awaited', program, args: ['async'] },
    { name: 'Manager, pipelined', program, args: ['pipelined'] },
    { name: PYTHON, program: 'python/manager_calls.py' },
  ],
  cases: operations.map(([name, op]) => ({ name, unit: 'µs', better: 'lower', plans: timedRounds({ op }) })),
  targets: [
    {
      says: 'dict.setSync takes at most a quarter of CPython’s time',
      measure: (of) => ratio(of('dict set', 'Manager, sync'), of('dict set', PYTHON)),
      atMost: 0.25,
    },
    {
      says: 'dict.set awaited one at a time takes at most a third of CPython’s time',
      measure: (of) => ratio(of('dict set', 'Manager, awaited'), of('dict set', PYTHON)),
      atMost: 0.34,
    },
    {
      says: 'dict.set pipelined takes at most an eighth of CPython’s time',
      measure: (of) => ratio(of('dict set', 'Manager, pipelined'), of('dict set', PYTHON)),
      atMost: 0.125,
    },
  ],
};
