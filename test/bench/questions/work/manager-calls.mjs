import { spawnSync } from 'node:child_process';
import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Contender, Question } from '../../harness/question.d.ts' */

const PYTHON = 'CPython Manager';
const program = 'contenders/work/manager-calls.mjs';

/** @type {readonly (readonly [name: string, request: { op: string, clients?: number }])[]} */
const operations = [
  ['dict get', { op: 'get' }],
  ['dict set', { op: 'set' }],
  ['dict set, 4 clients', { op: 'set', clients: 4 }],
  ['list append', { op: 'append' }],
  ['value get', { op: 'value' }],
  ['lock cycle', { op: 'lock' }],
];
/** What messages between processes do as well. */
const ofDicts = ['dict get', 'dict set', 'dict set, 4 clients'];
/** What is in Redis without a script that it runs. */
const ofRedis = [...ofDicts, 'list append', 'value get'];

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const redis = {
  program: 'contenders/work/redis-calls.mjs',
  cases: ofRedis,
  skip: hasRedis ? undefined : 'there is no redis-server here',
};
const messages = { program: 'contenders/work/cluster-calls.mjs', cases: ofDicts };

/** @type {readonly Contender[]} */
const contenders = [
  { name: 'Manager, sync', program, args: ['sync'] },
  { name: 'Manager, awaited', program, args: ['async'] },
  { name: 'Manager, pipelined', program, args: ['pipelined'] },
  { name: PYTHON, program: 'python/manager_calls.py' },
  { name: 'cluster messages, awaited', args: ['async'], ...messages },
  { name: 'cluster messages, pipelined', args: ['pipelined'], ...messages },
  { name: 'Redis, awaited', args: ['async'], ...redis },
  { name: 'Redis, pipelined', args: ['pipelined'], ...redis },
];

/** @type {Question} */
export const managerCalls = {
  name: 'manager-calls',
  asks: 'How long does one call of a method of an object in a manager take, for each client?',
  baseline: PYTHON,
  contenders,
  cases: operations.map(([name, request]) => ({ name, unit: 'µs', better: 'lower', plans: timedRounds(request) })),
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
