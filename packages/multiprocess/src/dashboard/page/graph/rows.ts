import type { ObjectFacts, Snapshot, ThreadName } from '../../snapshot/snapshot.js';
import { counted, nameOf } from '../shell/words.js';

/** What a line in the graph stands for; `own` is the use of what no other process has, and only shown on demand. */
export type Line = 'deadlock' | 'hold' | 'own' | 'use' | 'wait';

/** What a thread of a process holds or waits for: a row of its card, from which a line goes to the object. */
export interface Row {
  readonly text: string;
  readonly line: Line;
  /** Whether it waits, in a deadlock or not. */
  readonly isWait: boolean;
  /** The object; null if the row stands for several. */
  readonly object: string | null;
}

/** More rows than a card has; what is behind them is only counted. */
const MAX_ROWS = 6;

/** The rows of all processes, those of deadlocks first. */
export function rowsByProcess({ holds, waits, objects }: Snapshot): ReadonlyMap<number, readonly Row[]> {
  const known = new Map(objects.map((object) => [object.id, object]));
  const rows = new Map<number, Row[]>();
  const add = (thread: ThreadName, row: Row): void => {
    const own = rows.get(thread.pid) ?? [];
    rows.set(thread.pid, own);
    const same = own.some(({ text, object }) => text === row.text && object === row.object);
    if (!same) own.push(row);
  };
  for (const { thread, object, isDeadlocked } of holds) {
    const text = `${prefixOf(thread)}holds ${textOf(known.get(object))}`;
    add(thread, { text, line: isDeadlocked ? 'deadlock' : 'hold', isWait: false, object });
  }
  for (const { thread, object, isBlocked, isDeadlocked } of waits) {
    if (object === null) continue; // an idle worker of a pool, mostly; the tables have it
    const text = `${prefixOf(thread)}${isBlocked ? 'blocked on' : 'awaits'} ${textOf(known.get(object))}`;
    add(thread, { text, line: isDeadlocked ? 'deadlock' : 'wait', isWait: true, object });
  }
  for (const [pid, own] of rows) rows.set(pid, bounded(own));
  return rows;
}

function bounded(rows: readonly Row[]): Row[] {
  const rank = ({ line, isWait }: Row): number => (line === 'deadlock' ? 2 : isWait ? 1 : 0);
  const sorted = rows.toSorted((a, b) => rank(b) - rank(a));
  if (sorted.length <= MAX_ROWS) return sorted;
  const hidden = sorted.length - MAX_ROWS + 1;
  const more: Row = { text: `and ${counted(hidden, 'more', 'more')}`, line: 'use', isWait: false, object: null };
  return [...sorted.slice(0, MAX_ROWS - 1), more];
}

function prefixOf({ threadId }: ThreadName): string {
  return threadId === 0 ? '' : `thread ${threadId} `;
}

function textOf(object: ObjectFacts | undefined): string {
  return object === undefined ? 'an object that is not listed' : nameOf(object);
}
