import '../index.js'; // each package tells how to look at its objects
import { clock, inspectObjects } from '@multiprocess/shared-memory';
import type { InspectedObject, OwnerDescription } from '@multiprocess/shared-memory';
import { commandLine } from './command-line.js';
import type { Command } from './command.js';
import { formatBytes } from './format-bytes.js';
import { formatTable } from './table.js';

const REFRESH_MS = 1000;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

/** Shows the objects in shared memory, and the processes that have them. */
export const list: Command = {
  synopsis: 'list [--json] [--watch]',
  summary: 'objects in shared memory, the processes that have them and the threads that wait for them',
  options: { json: { type: 'boolean' }, watch: { type: 'boolean' } },
  async run({ json, watch }) {
    const show = json === true ? showJson : showTable;
    if (watch !== true) {
      process.stdout.write(`${show(inspectObjects().objects)}\n`);
      return 0;
    }
    const clear = json !== true && process.stdout.isTTY ? CLEAR_SCREEN : '';
    for (;;) {
      process.stdout.write(`${clear}${show(inspectObjects().objects)}\n`);
      await clock.sleep(REFRESH_MS);
    }
  },
};

/** One line, so that `--watch` gives a line each time. */
function showJson(objects: readonly InspectedObject[]): string {
  return JSON.stringify(
    objects.map(({ pids, holders, ...object }) => ({
      ...object,
      holders: holders.map(({ pid, threadId }) => ({ pid, threadId })),
      processes: pids.map((pid) => ({ pid, command: commandLine(pid) })),
    })),
  );
}

function showTable(objects: readonly InspectedObject[]): string {
  if (objects.length === 0) return 'Nothing is in shared memory.';
  const head = ['KIND', 'NAME', 'SIZE', 'IN USE', 'ITEMS', 'STATE', 'HELD BY', 'WAITING', 'PROCESSES'];
  const rows = objects.map(({ kind, name, bytes, bytesInUse, items, state, holders, waiters, pids, orphan }) => [
    kind,
    name,
    formatBytes(bytes),
    formatBytes(bytesInUse),
    items === undefined ? '-' : String(items),
    state ?? '-',
    namesOf(holders),
    namesOf(waiters),
    orphan ? 'none: an orphan' : pids.join(' '),
  ]);
  const processes = [...new Set(objects.flatMap(({ pids }) => pids))].sort((a, b) => a - b);
  const commands = processes.map((pid) => [String(pid), commandLine(pid)]);
  return `${formatTable(head, rows)}\n\n${formatTable(['PID', 'COMMAND'], commands)}`;
}

function namesOf(threads: readonly OwnerDescription[]): string {
  return threads.length === 0 ? '-' : threads.map(nameOf).join(' ');
}

/** The process's number, and that of the worker thread if it is one. */
function nameOf({ pid, threadId }: OwnerDescription): string {
  return threadId === 0 ? String(pid) : `${pid}/${threadId}`;
}
