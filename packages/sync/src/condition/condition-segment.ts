import { accompany, CorruptSegmentError, HandleError, MAX_THREADS, Segment } from '@multiprocess/shared-memory';
import type { Naming, ObjectState, Peek } from '@multiprocess/shared-memory';
import { CONDITION_LOCK_BYTES, conditionLockHandle, writeConditionLock } from './condition-lock.js';
import type { Lock } from '../lock/lock.js';
import { RLock } from '../lock/rlock.js';
import { WaiterTable } from '../words/waiter-table.js';

/** The kind in handles of conditions. */
export const CONDITION_KIND = 'sync.Condition';

// Layout: the handle of the lock (see condition-lock.ts), then a waiter table. For the table after a crash, and why no wake is
// lost, see waiter-table.ts. It has room for every thread that can be registered; its memory is reserved page by page.
const TABLE = CONDITION_LOCK_BYTES / 4;
const BYTES = (TABLE + WaiterTable.wordsFor(MAX_THREADS)) * 4;
const PAGE_BYTES = 4096;
const FIRST_BYTES = PAGE_BYTES - 128;

/** Creates the segment of a condition, or attaches to that of the same name. Without `lock`, attach to the lock in it. */
export function createCondition(
  naming: Naming,
  given: Lock | RLock | undefined,
): { segment: Segment; lock?: Lock | RLock } {
  const { name, create } = naming;
  if (!create && given === undefined)
    return { segment: Segment.create({ kind: CONDITION_KIND, byteLength: BYTES, ...naming }).segment };
  const lock = given ?? new RLock();
  const { segment, created } = Segment.create({
    kind: CONDITION_KIND,
    byteLength: BYTES,
    reserved: FIRST_BYTES,
    name,
    create,
    initialise: (made) => writeConditionLock(made, lock),
  });
  if (created) return { segment, lock };
  if (given === undefined) {
    lock.close();
    return { segment };
  }
  if (conditionLockHandle(segment) === accompany(segment, given)) return { segment, lock };
  segment.close();
  throw new HandleError(`The condition named ${JSON.stringify(name)} was made with another lock`);
}

/** @throws {@link CorruptSegmentError} if the segment does not hold a condition. */
export function openWaiterTable(segment: Segment): WaiterTable {
  if (segment.byteLength !== BYTES) throw new CorruptSegmentError(`${segment.reference} is too short for a condition`);
  return new WaiterTable(segment.words, TABLE, segment.thread, (words) => reservePages(segment, words));
}

/** The state of a condition, read from outside. */
export function lookAtCondition(peek: Peek): ObjectState {
  return WaiterTable.look(peek, TABLE, MAX_THREADS);
}

/** Reserves the page in which `words` words of the table end, if the last entry of these is the first in that page. */
function reservePages(segment: Segment, words: number): void {
  const end = (TABLE + words) * 4;
  const page = pageOf(end);
  if (page === pageOf(end - WaiterTable.ENTRY_WORDS * 4)) return;
  const begin = FIRST_BYTES + page * PAGE_BYTES;
  segment.reserve(begin, Math.min(PAGE_BYTES, BYTES - begin));
}

/** The page of the byte before `end`; -1 for the memory that was reserved at creation. */
function pageOf(end: number): number {
  return Math.floor((end - 1 - FIRST_BYTES) / PAGE_BYTES);
}
