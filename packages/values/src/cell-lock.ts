import { createHash } from 'node:crypto';
import {
  accompany,
  argumentError,
  attach,
  CorruptSegmentError,
  handleOf,
  ownerIn,
  Segment,
  SlabCell,
} from '@multiprocess/shared-memory';
import type { ObjectMemory, Peek } from '@multiprocess/shared-memory';
import { isLock, RLock } from '@multiprocess/sync';
import type { Lock } from '@multiprocess/sync';

// Layout. All of it is written once, except the words of an own lock:
//   LOCK   which lock goes with the values: NONE, OWN or GIVEN; from bit 8 on, for GIVEN, the number of bytes of its handle
//   from LOCK_START on: the handle of a given lock; or, in a cell of a slab, the words of an own lock (see recursive-mutex.ts of
//   sync). A segment has room for either, since programs that meet by a name may give different options.
const LOCK = 2;
export const LOCK_START = 16;
const MODE_MASK = 0xff;
const LENGTH_SHIFT = 8;
const OWN_BYTES = 16;
export const MAX_LOCK_BYTES = 512;

const NONE = 0;
const OWN = 1;
const GIVEN = 2;

/** The `lock` option of a value. */
export type LockOption = Lock | RLock | boolean | undefined;

/** The lock that goes with new values. */
export interface LockPlan {
  readonly mode: number;
  /** The lock, if it was given. */
  readonly lock: Lock | RLock | undefined;
  /** Bytes that it needs. */
  readonly byteLength: number;
}

/** The lock that goes with values. It is looked for at its first use, since most values never need it. */
export class CellLock {
  readonly #memory: ObjectMemory;
  /** The lock that the values were created with in this thread. It belongs to the user and is not closed here. */
  readonly #given: Lock | RLock | undefined;
  #found: Lock | RLock | undefined;

  constructor(memory: ObjectMemory, given?: Lock | RLock) {
    this.#memory = memory;
    this.#given = given;
  }

  /** @throws {@link TypeError} if the values have no lock. */
  get(): Lock | RLock {
    return this.#given ?? (this.#found ??= findLock(this.#memory));
  }

  /** Closes the lock that {@link get} has found. */
  close(): void {
    this.#found?.close();
  }
}

/** @throws {@link TypeError} if it is neither a lock nor a boolean. */
export function planLock(lock: LockOption): LockPlan {
  if (lock === false) return { mode: NONE, lock: undefined, byteLength: 0 };
  if (lock === undefined || lock === true) return { mode: OWN, lock: undefined, byteLength: OWN_BYTES };
  if (!isLock(lock)) throw argumentError('lock', 'a Lock, an RLock, true, or false for no lock', lock);
  // Without a native part the handle is not a string, and takes no room.
  const handle: unknown = handleOf(lock);
  return { mode: GIVEN, lock, byteLength: typeof handle === 'string' ? handle.length : 0 };
}

/** Whether existing values have the lock of the option; any lock will do if it is undefined. */
export function goesWith(memory: ObjectMemory, lock: LockOption): boolean {
  const mode = memory.words[memory.firstWord + LOCK]! & MODE_MASK;
  if (lock === undefined) return true;
  if (!isLock(lock)) return mode === (lock ? OWN : NONE);
  return mode === GIVEN && handleIn(memory) === handleOf(lock);
}

/** Writes the lock into new memory. */
export function writeLock(memory: ObjectMemory, { mode, lock }: LockPlan): void {
  const { words, firstWord, buffer, byteOffset } = memory;
  words[firstWord + LOCK] = mode;
  if (memory instanceof Segment && memory.localHandle !== undefined) {
    // Without a native part no lock can be found by a name, so it is created now and travels along.
    if (mode !== NONE) memory.companion = accompany(memory, lock ?? new RLock());
  } else if (lock !== undefined) {
    const bytes = Buffer.from(accompany(memory, lock), 'latin1'); // a handle is ASCII
    words[firstWord + LOCK] = mode | (bytes.length << LENGTH_SHIFT);
    new Uint8Array(buffer, byteOffset + LOCK_START, bytes.length).set(bytes);
  }
}

/** The owner id of an own lock that lies beside the values, if there is one. */
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
    throw new CorruptSegmentError(`${reference} does not name its lock`);
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
 * The name of the own lock of values that have a segment: it follows from theirs. The first thread that uses the lock creates
 * it, and it lives as long as a thread has it, and so as long as one can hold it.
 */
function ownName(reference: string): string {
  return `lock-of-${createHash('sha256').update(reference).digest('hex')}`;
}
