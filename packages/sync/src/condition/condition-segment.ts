import { CorruptSegmentError, HandleError, Segment, accompany } from '@multiprocess/shared-memory';
import type { Naming, ObjectState, Peek } from '@multiprocess/shared-memory';
import { CONDITION_LOCK_BYTES, conditionLockHandle, writeConditionLock } from './condition-lock.js';
import type { Lock } from '../lock/lock.js';
import { RLock } from '../lock/rlock.js';
import { WaiterTable } from '../words/waiter-table.js';

/** What stands in handles of conditions. */
export const CONDITION_KIND = 'sync.Condition';

// Layout: the handle of the lock (see condition-lock.ts), then a waiter table, which says what it holds after a crash and
// why no wake is lost. The table has room for every thread that can be registered; its memory is taken by the page.
const TABLE = CONDITION_LOCK_BYTES / 4;
const MAX_THREADS = 4095;
const BYTES = (TABLE + WaiterTable.wordsFor(MAX_THREADS)) * 4;
const PAGE_BYTES = 4096;
const FIRST_BYTES = PAGE_BYTES - 128;

/** Makes the segment of a condition, or attaches to that of the same name; with the lock, unless that is to be attached. */
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

/** @throws {CorruptSegmentError} If the segment does not hold a condition. */
export function waiterTableOf(segment: Segment): WaiterTable {
  if (segment.byteLength !== BYTES) throw new CorruptSegmentError(`${segment.reference} is too short for a condition`);
  return new WaiterTable(segment.words, TABLE, segment.thread, (words) => reservePages(segment, words));
}

/** What can be told of a condition from outside. */
export function lookAtCondition(peek: Peek): ObjectState {
  return WaiterTable.look(peek, TABLE, MAX_THREADS);
}

/** Takes the page in which so many words of the table end, if their last entry is the first there. */
function reservePages(segment: Segment, words: number): void {
  const end = (TABLE + words) * 4;
  const page = pageOf(end);
  if (page === pageOf(end - WaiterTable.ENTRY_WORDS * 4)) return;
  const begin = FIRST_BYTES + page * PAGE_BYTES;
  segment.reserve(begin, Math.min(PAGE_BYTES, BYTES - begin));
}

/** Number of the page that the byte before `end` lies in; -1 for what was taken when the segment was made. */
function pageOf(end: number): number {
  return Math.floor((end - 1 - FIRST_BYTES) / PAGE_BYTES);
}
