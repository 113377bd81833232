import { createHash } from 'node:crypto';
import { CorruptSegmentError, Segment, SlabCell, attach, ownerIn } from '@multiprocess/shared-memory';
import type { ObjectMemory, Peek } from '@multiprocess/shared-memory';
import { Lock, RLock } from '@multiprocess/sync';
import { show } from './show.js';

// Layout, all of it written once but for the words of a lock of its own:
//   LOCK   which lock goes with the values: NONE, OWN or GIVEN; from bit 8 on the bytes of its handle, where it was given
//   from LOCK_START on: the handle of a lock that was given; or, in a cell of a slab, the words of its own (see sync's
//   recursive-mutex.ts). A segment has room for either, since programs that meet by a name may say different things.
const LOCK = 2;
export const LOCK_START = 16;
const MODE_MASK = 0xff;
const LENGTH_SHIFT = 8;
const OWN_BYTES = 16;
export const MOST_LOCK_BYTES = 512;

const NONE = 0;
const OWN = 1;
const GIVEN = 2;

/** What can be said of the lock of a value when it is made. */
export type LockOption = Lock | RLock | boolean | undefined;

/** Which lock goes with new values. */
export interface LockPlan {
  readonly mode: number;
  /** Of a lock that was given. */
  readonly handle: string | undefined;
  /** Bytes that it takes at least. */
  readonly byteLength: number;
}

/** The lock that goes with values: found when it is asked for first, since most values never need it. */
export class CellLock {
  readonly #memory: ObjectMemory;
  #lock: Lock | RLock | undefined;

  constructor(memory: ObjectMemory) {
    this.#memory = memory;
  }

  /** @throws {TypeError} If there is none. */
  get(): Lock | RLock {
    return (this.#lock ??= findLock(this.#memory));
  }

  /** Lets go of it in this thread, if it was asked for. */
  close(): void {
    this.#lock?.close();
  }
}

/** @throws {TypeError} If it is no lock, and nothing that says that there is none. */
export function planLock(lock: LockOption): LockPlan {
  if (lock === false) return { mode: NONE, handle: undefined, byteLength: 0 };
  if (lock === undefined || lock === true) return { mode: OWN, handle: undefined, byteLength: OWN_BYTES };
  if (!isLock(lock)) {
    throw new TypeError(`lock must be a Lock, an RLock, or false for none, received ${show(lock)}`);
  }
  const { handle } = lock;
  // Without a native part it is no text, and takes no room.
  return { mode: GIVEN, handle, byteLength: typeof handle === 'string' ? handle.length : 0 };
}

/** Says in new memory which lock goes with it. */
export function writeLock(memory: ObjectMemory, { mode, handle }: LockPlan): void {
  const { words, firstWord, buffer, byteOffset } = memory;
  words[firstWord + LOCK] = mode;
  if (memory instanceof Segment && memory.localHandle !== undefined) {
    // Without a native part nothing can be found by a name, or by a text: it travels along from the start.
    memory.companion = mode === OWN ? new RLock().handle : handle;
  } else if (handle !== undefined) {
    const bytes = Buffer.from(handle, 'latin1'); // a handle is ASCII
    words[firstWord + LOCK] = mode | (bytes.length << LENGTH_SHIFT);
    new Uint8Array(buffer, byteOffset + LOCK_START, bytes.length).set(bytes);
  }
}

/** Owner ids of the thread that has the lock that is a part of the values, if they have such a one. */
export function lockOwnersIn(peek: Peek): number[] {
  return (peek(LOCK, 1)[0]! & MODE_MASK) === OWN ? [ownerIn(peek(LOCK_START / 4, 1)[0]!)] : [];
}

function findLock(memory: ObjectMemory): Lock | RLock {
  const { words, firstWord, buffer, byteOffset, byteLength, reference } = memory;
  const word = words[firstWord + LOCK]!;
  const mode = word & MODE_MASK;
  if (mode === NONE) throw new TypeError('This was made with lock: false, and has none');
  if (memory.companion !== undefined) return lockOf(memory.companion, memory);
  if (mode === OWN) {
    return memory instanceof SlabCell
      ? RLock.within(memory, LOCK_START / 4)
      : new RLock({ name: ownName(memory.reference) });
  }
  const length = word >>> LENGTH_SHIFT;
  if (mode !== GIVEN || length < 1 || length > Math.min(MOST_LOCK_BYTES, byteLength - LOCK_START)) {
    throw new CorruptSegmentError(`${reference} does not say which lock goes with it`);
  }
  const handle = new Uint8Array(buffer, byteOffset + LOCK_START, length).slice();
  return lockOf(Buffer.from(handle).toString('latin1'), memory);
}

function lockOf(handle: string, memory: ObjectMemory): Lock | RLock {
  const found = attach(handle);
  if (isLock(found)) return found;
  throw new CorruptSegmentError(`${memory.reference} names a lock that is none`);
}

/**
 * The own lock of values with a segment of their own has no place there: it is the lock of a name that follows from
 * theirs. Whoever asks first makes it, and it lives as long as a thread has it, which is as long as one could hold it.
 */
function ownName(reference: string): string {
  return `lock-of-${createHash('sha256').update(reference).digest('hex')}`;
}

function isLock(value: unknown): value is Lock | RLock {
  return value instanceof Lock || value instanceof RLock;
}
