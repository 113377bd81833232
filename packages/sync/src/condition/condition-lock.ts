import { accompany, CorruptSegmentError, parseHandle } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import { lockClass } from '../lock/is-lock.js';
import type { Lock } from '../lock/lock.js';
import type { RLock } from '../lock/rlock.js';

// The handle of a condition's lock, in the condition's segment: its length in bytes, then the bytes. Written before
// other threads can see the segment, and never changed.
const LENGTH = 0;
const TEXT_BYTE = 4;
const MAX_BYTES = 380;

/** Bytes of the handle at the start of a segment. */
export const CONDITION_LOCK_BYTES = TEXT_BYTE + MAX_BYTES;

/** Writes the handle of the condition's lock into new memory. */
export function writeConditionLock(segment: Segment, lock: Lock | RLock): void {
  const handle = accompany(segment, lock);
  if (segment.localHandle !== undefined) {
    segment.companion = handle; // a local handle is not text
    return;
  }
  const bytes = Buffer.from(handle);
  new Uint8Array(segment.buffer, TEXT_BYTE, MAX_BYTES).set(bytes);
  segment.words[LENGTH] = bytes.length;
}

/** The handle of the condition's lock. */
export function conditionLockHandle({ buffer, words, reference, companion }: Segment): string {
  if (companion !== undefined) return companion;
  const length = words[LENGTH]!;
  if (length <= 0 || length > MAX_BYTES) throw new CorruptSegmentError(`${reference} names no lock`);
  return Buffer.from(new Uint8Array(buffer, TEXT_BYTE, length)).toString();
}

/** Attaches to the condition's lock. @throws {@link HandleError} if no living process has it. */
export function attachConditionLock(segment: Segment): Lock | RLock {
  const lock = attachedLock(conditionLockHandle(segment), segment);
  accompany(segment, lock);
  return lock;
}

function attachedLock(handle: string, { reference }: Segment): Lock | RLock {
  const { kind } = parseHandle(handle);
  const Class = lockClass(kind);
  if (Class !== undefined) return Class.attach(handle);
  throw new CorruptSegmentError(`${reference} has a ${kind} in place of a lock`);
}
