import '../index.js'; // each package tells how to look at its objects
import { clock, inspectObjects } from '@multiprocess/shared-memory';
import type { InspectedObject, OwnerDescription } from '@multiprocess/shared-memory';
import { commandLine } from '../inspect/command-line.js';
import type { Command } from './command.js';
import { formatBytes } from './format-bytes.js';
import { Rates } from '../inspect/rates.js';
import type { Rate } from '../inspect/rates.js';
import { redisPackage } from './redis-package.js';
import type { RemoteObject } from './redis-package.js';
import { formatTable } from './table.js';
import { terminalWidth } from './terminal-width.js';

const REFRESH_MS = 1000;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

/** Shows the objects in shared memory, or on a server of Redis, and the processes that have them. */
export const list: Command = {
  synopsis: 'list [--redis URL [--prefix P]] [--json] [--watch]',
  summary:
    'objects in shared memory, or on that server, who has them and who waits for them; --watch: again each second, with rates',
  options: {
    json: { type: 'boolean' },
    watch: { type: 'boolean' },
    redis: { type: 'string' },
    prefix: { type: 'string' },
  },
  async run({ json, watch, redis, prefix }) {
    const isJson = json === true;
    const look =
      typeof redis === 'string' ? await remoteView(redis, prefix, isJson) : localView(isJson, watch === true);
    if (watch !== true) {
      process.stdout.write(`${await look()}\n`);
      return 0;
    }
    const clear = !isJson && process.stdout.isTTY ? CLEAR_SCREEN : '';
    for (;;) {
      process.stdout.write(`${clear}${await look()}\n`);
      await clock.sleep(REFRESH_MS);
    }
  },
};

function localView(isJson: boolean, isWatching: boolean): () => Promise<string> {
  const rates = isWatching ? new Rates() : undefined;
  return () => {
    const { objects } = inspectObjects();
    const found = rates?.since(objects);
    return Promise.resolve(isJson ? showJson(objects, found) : showTable(objects, found));
  };
}

async function remoteView(url: string, prefix: unknown, isJson: boolean): Promise<() => Promise<string>> {
  const redis = await redisPackage();
  const options = typeof prefix === 'string' ? { prefix } : {};
  return async () => {
    const objects = await redis.listObjects(url, options);
    return isJson ? JSON.stringify(objects) : showRemote(objects);
  };
}

function showRemote(objects: readonly RemoteObject[]): string {
  if (objects.length === 0) return 'Nothing is on that server under this prefix.';
  const head = ['KIND', 'NAME', 'ITEMS', 'STATE', 'HELD BY', 'WAITING'];
  const listed = (programs: readonly string[]): string => (programs.length === 0 ? '-' : programs.join(', '));
  return formatTable(
    head,
    objects.map(({ kind, name, items, state, holders, waiters }) => [
      kind,
      name ?? '-',
      items === undefined ? '-' : String(items),
      state ?? '-',
      listed(holders),
      listed(waiters),
    ]),
    terminalWidth(),
  );
}

type Found = ReadonlyMap<string, Rate> | undefined;

/** One line, so that `--watch` gives a line each time; it has the `rate` of each object in items for each second. */
function showJson(objects: readonly InspectedObject[], rates: Found): string {
  return JSON.stringify(
    objects.map(({ pids, holders, ...object }) => ({
      ...object,
      rate: rates?.get(object.name),
      holders: holders.map(({ pid, threadId }) => ({ pid, threadId })),
      processes: pids.map((pid) => ({ pid, command: commandLine(pid) })),
    })),
  );
}

function showTable(objects: readonly InspectedObject[], rates: Found): string {
  if (objects.length === 0) return 'Nothing is in shared memory.';
  const rateHead = rates === undefined ? [] : ['PUT/S', 'TAKEN/S'];
  const head = ['KIND', 'NAME', 'SIZE', 'IN USE', 'ITEMS', ...rateHead, 'STATE', 'HELD BY', 'WAITING', 'PROCESSES'];
  const rows = objects.map(({ kind, name, bytes, bytesInUse, items, state, holders, waiters, pids, orphan }) => [
    kind,
    name,
    formatBytes(bytes),
    formatBytes(bytesInUse),
    items === undefined ? '-' : String(items),
    ...(rates === undefined ? [] : rateCells(rates.get(name))),
    state ?? '-',
    namesOf(holders),
    namesOf(waiters),
    orphan ? 'none: an orphan' : pids.join(' '),
  ]);
  const processes = [...new Set(objects.flatMap(({ pids }) => pids))].sort((a, b) => a - b);
  const commands = processes.map((pid) => [String(pid), commandLine(pid)]);
  const width = terminalWidth();
  return `${formatTable(head, rows, width)}\n\n${formatTable(['PID', 'COMMAND'], commands, width)}`;
}

function rateCells(rate: Rate | undefined): string[] {
  return rate === undefined ? ['-', '-'] : [String(rate.put), String(rate.taken)];
}

function namesOf(threads: readonly OwnerDescription[]): string {
  return threads.length === 0 ? '-' : threads.map(nameOf).join(' ');
}

/** The process's number, and that of the worker thread if it is one. */
function nameOf({ pid, threadId }: OwnerDescription): string {
  return threadId === 0 ? String(pid) : `${pid}/${threadId}`;
}
