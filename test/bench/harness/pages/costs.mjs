import { printedCase } from './printed.mjs';
import { tableOfRuns } from './table-of-runs.mjs';
import { runOf, shortFigure } from './short-figure.mjs';

/** @import { Printed } from './printed.mjs' */

/** What the guide says of costs: which figure shows it, and where it comes from. */
const ROWS = [
  {
    says: 'acquire and release a free lock',
    of: 'lock-uncontended',
    in: 'acquire + release',
    contender: 'Lock.acquireSync',
    why: 'two atomic operations in JavaScript, no native call',
  },
  {
    says: 'small objects through a queue',
    of: 'queue-throughput',
    in: 'small object',
    contender: 'Queue.putSync, getSync',
    why: 'encoding and decoding them; the ring itself costs much less',
  },
  {
    says: 'a round trip through a pipe, both sides awake',
    of: 'pipe-round-trip',
    in: 'small object',
    contender: 'Pipe, sync',
    why: 'both look at a word for a moment before they sleep',
  },
  {
    says: 'waking a sleeper that blocks',
    of: 'sync-wake',
    in: 'set() to woken',
    contender: 'waitSync, process',
    why: 'the kernel, and on a virtual machine its host',
  },
  {
    says: 'create a lock',
    of: 'sync-create',
    in: 'Lock',
    contender: 'without a name',
    why: 'a few words in a segment that small objects share',
  },
  {
    says: 'create a lock with a name',
    of: 'sync-create',
    in: 'Lock',
    contender: 'with a name',
    why: 'a file in memory, as for each queue',
  },
  {
    says: 'start a process',
    of: 'process-start',
    in: 'start',
    contender: 'Process',
    why: 'Node itself, then compiling modules',
  },
  {
    says: 'start a process, booted in advance',
    of: 'process-start',
    in: 'start',
    contender: 'Process, prewarmed',
    why: 'Node has started before and waits for a target',
  },
];

/** The table of what things cost. @param {readonly Printed[]} printed */
export function costs(printed) {
  const rows = ROWS.map(({ says, of, in: name, contender, why }) => {
    const figure = shortFigure(printedCase(printed, of, name), contender) ?? 'not measured';
    return { cells: [says, figure, why], run: runOf(printed, of) };
  });
  return tableOfRuns(['Thing', 'Median', 'Why'], rows);
}
