import { createHash } from 'node:crypto';
import {
  CorruptSegmentError,
  Segment,
  SlabCell,
  accompany,
  argumentError,
  attach,
  handleOf,
  ownerIn,
} from '@multiprocess/shared-memory';
import type { ObjectMemory, Peek } from '@multiprocess/shared-memory';
import { RLock, isLock } from '@multiprocess/sync';
import type { Lock } from '@multiprocess/sync';

// Layout, all of it written once but for the words of a lock of its own:
//   LOCK   which lock goes with the values: NONE, OWN or GIVEN; from bit 8 on the bytes of its handle, where it was given
//   from LOCK_START on: the handle of a lock that was given; or, in a cell of a slab, the words of its own (see sync's
//   recursive-mutex.ts). A segment has room for either, since programs that meet by a name may say different things.
const LOCK = 2;
export const LOCK_START = 16;
const MODE_MASK = 0xff;
const LENGTH_SHIFT = 8;
const OWN_BYTES = 16;
export const MAX_LOCK_BYTES = 512;

const NONE = 0;
const OWN = 1;
const GIVEN = 2;

/** What can be said of the lock of a value when it is made. */
export type LockOption = Lock | RLock | boolean | undefined;

/** Which lock goes with new values. */
export interface LockPlan {
  readonly mode: number;
  /** One that was given. */
  readonly lock: Lock | RLock | undefined;
  /** Bytes that it takes at least. */
  readonly byteLength: number;
}

/** The lock that goes with values: found when it is asked for first, since most values never need it. */
export class CellLock {
  readonly #memory: ObjectMemory;
  /** The lock that the values were made with, where that is at hand: it stays the user's, and is not closed here. */
  readonly #given: Lock | RLock | undefined;
  #found: Lock | RLock | undefined;

  constructor(memory: ObjectMemory, given?: Lock | RLock) {
    this.#memory = memory;
    this.#given = given;
  }

  /** @throws {TypeError} If there is none. */
  get(): Lock | RLock {
    return this.#given ?? (this.#found ??= findLock(this.#memory));
  }

  /** Lets go of the lock that {@link get} has found in this thread. */
  close(): void {
    this.#found?.close();
  }
}

/** @throws {TypeError} If it is no lock, and nothing that says that there is none. */
export function planLock(lock: LockOption): LockPlan {
  if (lock === false) return { mode: NONE, lock: undefined, byteLength: 0 };
  if (lock === undefined || lock === true) return { mode: OWN, lock: undefined, byteLength: OWN_BYTES };
  if (!isLock(lock)) throw argumentError('lock', 'a Lock, an RLock, true, or false for no lock', lock);
  // Without a native part it is no text, and takes no room.
  const handle: unknown = handleOf(lock);
  return { mode: GIVEN, lock, byteLength: typeof handle === 'string' ? handle.length : 0 };
}

/** Whether values that another call has made go with the lock that is asked for; any will do if none is. */
export function goesWith(memory: ObjectMemory, lock: LockOption): boolean {
  const mode = memory.words[memory.firstWord + LOCK]! & MODE_MASK;
  if (lock === undefined) return true;
  if (!isLock(lock)) return mode === (lock ? OWN : NONE);
  return mode === GIVEN && handleIn(memory) === handleOf(lock);
}

/** Says in new memory which lock goes with it. */
export function writeLock(memory: ObjectMemory, { mode, lock }: LockPlan): void {
  const { words, firstWord, buffer, byteOffset } = memory;
  words[firstWord + LOCK] = mode;
  if (memory instanceof Segment && memory.localHandle !== undefined) {
    // Without a native part nothing can be found by a name, or by a text: it travels along from the start.
    if (mode !== NONE) memory.companion = accompany(memory, lock ?? new RLock());
  } else if (lock !== undefined) {
    const bytes = Buffer.from(accompany(memory, lock), 'latin1'); // a handle is ASCII
    words[firstWord + LOCK] = mode | (bytes.length << LENGTH_SHIFT);
    new Uint8Array(buffer, byteOffset + LOCK_START, bytes.length).set(bytes);
  }
}

/** Owner ids of the thread that has the lock that is a part of the values, if they have such a one. */
export function lockOwnersIn(peek: Peek): number[] {
  return (peek(LOCK, 1)[0]! & MODE_MASK) === OWN ? [ownerIn(peek(LOCK_START / 4, 1)[0]!)] : [];
}

function findLock(memory: ObjectMemory): Lock | RLock {
  const mode = memory.words[memory.firstWord + LOCK]! & MODE_MASK;
  if (mode === NONE) throw new TypeError('It was made with lock: false, so it has no lock');
  if (mode === OWN && memory instanceof SlabCell) return RLock.within(memory, LOCK_START / 4);
  const found =
    mode === OWN && memory.companion === undefined ? new RLock({ name: ownName(memory.reference) }) : lockOf(memory);
  accompany(memory, found);
  return found;
}

function handleIn({ words, firstWord, buffer, byteOffset, byteLength, reference }: ObjectMemory): string {
  const word = words[firstWord + LOCK]!;
  const length = word >>> LENGTH_SHIFT;
  if ((word & MODE_MASK) !== GIVEN || length < 1 || length > Math.min(MAX_LOCK_BYTES, byteLength - LOCK_START)) {
    throw new CorruptSegmentError(`${reference} does not say which lock goes with it`);
  }
  const handle = new Uint8Array(buffer, byteOffset + LOCK_START, length).slice();
  return Buffer.from(handle).toString('latin1');
}

function lockOf(memory: ObjectMemory): Lock | RLock {
  const found = attach(memory.companion ?? handleIn(memory));
  if (isLock(found)) return found;
  throw new CorruptSegmentError(`${memory.reference} names an object that is not a lock`);
}

/**
 * The own lock of values with a segment of their own has no place there: its name follows from
 * theirs. The first thread that asks makes it, and it lives as long as any thread has it, and so as long as one can hold it.
 */
function ownName(reference: string): string {
  return `lock-of-${createHash('sha256').update(reference).digest('hex')}`;
}
