import { createHash } from 'node:crypto';
import { CorruptSegmentError, accompany, attach } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import { RLock, isLock } from '@multiprocess/sync';
import type { Lock } from '@multiprocess/sync';
import { show } from './show.js';

// Layout, all of it written once:
//   MODE    which lock goes with the values: NONE, OWN or GIVEN
//   LENGTH  bytes of the handle of a lock that was given, which follow
export const LOCK_START = 64;
export const LOCK_BYTES = 512;
const MODE = LOCK_START / 4;
const LENGTH = MODE + 1;
const HANDLE = LOCK_START + 8;
const MOST_HANDLE_BYTES = LOCK_BYTES - 8;

const NONE = 0;
const OWN = 1;
const GIVEN = 2;

/** What can be said of the lock of a value when it is made. */
export type LockOption = Lock | RLock | boolean | undefined;

/** The lock that goes with values: found when it is asked for first, since most values never need it. */
export interface CellLock {
  /** @throws {TypeError} If there is none. */
  get(): Lock | RLock;
  /** Lets go of it in this thread, if it was asked for. */
  close(): void;
}

/** Says in a new segment which lock goes with it. */
export function writeLock(segment: Segment, lock: LockOption): void {
  if (lock === false) return;
  if (lock === undefined || lock === true) {
    segment.words[MODE] = OWN;
    // Without a native part nothing can be found by a name: it travels along from the start.
    if (segment.localHandle !== undefined) segment.companion = accompany(segment, new RLock());
    return;
  }
  if (!isLock(lock)) {
    throw new TypeError(`lock must be a Lock, an RLock, or false for none, received ${show(lock)}`);
  }
  segment.words[MODE] = GIVEN;
  const text = accompany(segment, lock);
  if (segment.localHandle !== undefined) {
    segment.companion = text; // no text
    return;
  }
  const handle = Buffer.from(text, 'latin1'); // a handle is ASCII
  segment.words[LENGTH] = handle.length;
  new Uint8Array(segment.buffer).set(handle, HANDLE);
}

/**
 * The lock that goes with a segment.
 *
 * @param given the lock that it was made with, where that is at hand: it stays the user's, and is not closed here
 */
export function readLock(segment: Segment, given?: Lock | RLock): CellLock {
  let own: Lock | RLock | undefined;
  const find = (): Lock | RLock => {
    const found = findLock(segment);
    accompany(segment, found);
    return found;
  };
  return {
    get: () => given ?? (own ??= find()),
    close() {
      own?.close();
    },
  };
}

/** The lock of an option, if it is one. */
export function givenLock(lock: LockOption): Lock | RLock | undefined {
  return isLock(lock) ? lock : undefined;
}

/** Whether a segment that another one has made goes with the lock that is asked for; any will do if none is. */
export function goesWith(segment: Segment, lock: LockOption): boolean {
  const mode = segment.words[MODE];
  if (lock === undefined) return true;
  if (!isLock(lock)) return mode === (lock ? OWN : NONE);
  return mode === GIVEN && handleIn(segment) === lock.handle;
}

function findLock(segment: Segment): Lock | RLock {
  const mode = segment.words[MODE];
  if (mode === NONE) throw new TypeError('This was made with lock: false, and has none');
  if (segment.companion !== undefined) return lockOf(segment.companion, segment);
  if (mode === OWN) return new RLock({ name: ownName(segment.reference) });
  return lockOf(handleIn(segment), segment);
}

function handleIn(segment: Segment): string {
  const length = segment.words[LENGTH]!;
  if (segment.words[MODE] !== GIVEN || length < 1 || length > MOST_HANDLE_BYTES) {
    throw new CorruptSegmentError(`${segment.reference} does not say which lock goes with it`);
  }
  return Buffer.from(new Uint8Array(segment.buffer).slice(HANDLE, HANDLE + length)).toString('latin1');
}

function lockOf(handle: string, segment: Segment): Lock | RLock {
  const found = attach(handle);
  if (isLock(found)) return found;
  throw new CorruptSegmentError(`${segment.reference} names a lock that is none`);
}

/**
 * The values' own lock has no place in their segment: it is the lock of a name that follows from theirs. Whoever asks
 * first makes it, and it lives as long as anybody has it, which is as long as anybody could hold it.
 */
function ownName(reference: string): string {
  return `lock-of-${createHash('sha256').update(reference).digest('hex')}`;
}
