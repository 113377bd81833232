import { printedCase } from './printed.mjs';
import { tableOfRuns } from './table-of-runs.mjs';
import { bestOf, runOf, shortFigure } from './short-figure.mjs';

/** @import { Printed } from './printed.mjs' */

/** @typedef {{ says: string, of: string, in: string, ours: string, python?: string, others: Record<string, string> }} Row */

/**
 * What the front page compares: in which question and case, with which contenders. `others` has what is there for Node
 * without Python, by what it is called on that page; the best of them is shown.
 *
 * @type {readonly Row[]}
 */
const ROWS = [
  {
    says: 'lock and unlock, two processes contend',
    of: 'lock-contended',
    in: 'empty section',
    ours: 'Lock.acquireSync',
    python: 'CPython Lock',
    others: { 'proper-lockfile': 'lock files' },
  },
  {
    says: 'small objects through a queue',
    of: 'queue-throughput',
    in: 'small object',
    ours: 'Queue.putSync, getSync',
    python: 'CPython Queue',
    others: {
      'process.send, json': '`process.send`',
      'process.send, advanced': '`process.send`',
      'Unix socket, msgpackr': 'socket and msgpack',
      'postMessage to a worker thread': '`postMessage` to a thread',
    },
  },
  {
    says: 'round trip through a pipe, blocking',
    of: 'pipe-round-trip',
    in: 'small object',
    ours: 'Pipe, sync',
    python: 'CPython Pipe',
    others: {
      'process.send, json': '`process.send`',
      'process.send, advanced': '`process.send`',
      'Unix socket, msgpackr': 'socket and msgpack',
    },
  },
  {
    says: 'tasks that do nothing, on two processes, 256 in flight',
    of: 'pool-tasks',
    in: 'no-op, 256 in flight',
    ours: 'Pool',
    python: 'CPython Pool',
    others: { 'tinypool, child_process': 'tinypool', 'workerpool, process': 'workerpool' },
  },
  {
    says: 'an entry of a manager’s dict set, awaited one by one',
    of: 'manager-calls',
    in: 'dict set',
    ours: 'Manager, awaited',
    python: 'CPython Manager',
    others: { 'cluster messages, awaited': 'cluster messages', 'Redis, awaited': 'Redis' },
  },
  {
    says: 'start of a process, booted in advance',
    of: 'process-start',
    in: 'start',
    ours: 'Process, prewarmed',
    others: { 'bare Node, empty script': '`node`' },
  },
];

/** The table of the front page. @param {readonly Printed[]} printed */
export function frontPage(printed) {
  const rows = ROWS.map(({ says, of, in: name, ours, python = '', others }) => {
    const one = printedCase(printed, of, name);
    const best = bestOf(one, Object.keys(others)) ?? '';
    const theirs = best === '' ? '' : `${shortFigure(one, best)} (${others[best]})`;
    const figures = [shortFigure(one, ours) ?? '', shortFigure(one, python) ?? '', theirs];
    return { cells: [says, ...figures], run: runOf(printed, of) };
  });
  return tableOfRuns(['Medians', 'multiprocess', 'CPython', 'the best other for Node'], rows);
}
