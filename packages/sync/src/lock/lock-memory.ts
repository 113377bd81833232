import {
  checkBoolean,
  checkNaming,
  checkOptions,
  CorruptSegmentError,
  createMemory,
  HandleError,
  NAME_OPTIONS,
  ownerIn,
  OwnerMutex,
} from '@multiprocess/shared-memory';
import type { NameOptions, ObjectMemory, ObjectState, Peek } from '@multiprocess/shared-memory';
import { FairMutex } from '../words/fair-mutex.js';

/** The kind in handles of locks. */
export const LOCK_KIND = 'sync.Lock';

// Layout: one word, an owner mutex; or, if it is fair, a fair mutex, which is longer. For their states after a crash, and why no
// wake is lost, see owner-mutex.ts and fair-mutex.ts.
const MUTEX = 0;
const BYTES = 4;
const FAIR_BYTES = FairMutex.WORDS * 4;

/** How to create a lock. */
export interface LockOptions extends NameOptions {
  /** Whether it goes to threads in order of arrival. Default: false, or as it was made if `create` is false. */
  readonly fair?: boolean | undefined;
}

/** The memory of a lock: new, or that of the lock of the same name. Throws what the constructor of `Lock` throws. */
export function createLock(options: LockOptions): ObjectMemory {
  const given = checkOptions(options, "{ name: 'report' }", [...NAME_OPTIONS, 'fair']);
  if (given.fair !== undefined) checkBoolean('fair', given.fair);
  const naming = checkNaming(given);
  const fair = given.fair ?? false;
  try {
    const { memory } = createMemory({ kind: LOCK_KIND, byteLength: fair ? FAIR_BYTES : BYTES, ...naming });
    if (isFair(memory) === fair || (!naming.create && given.fair === undefined)) return memory;
    memory.close();
  } catch (error) {
    if (!(error instanceof HandleError) || !isOtherwise(naming.name, fair)) throw error;
  }
  throw new HandleError(
    `The lock named ${JSON.stringify(naming.name)} is ${fair ? 'not fair' : 'fair'}: say { fair: ${!fair} }, or take another name`,
  );
}

/** Whether the lock in that memory is fair. */
export function isFair(memory: ObjectMemory): boolean {
  return memory.byteLength === FAIR_BYTES;
}

/** @throws {@link CorruptSegmentError} if it is neither kind of lock. The memory is closed then. */
export function mutexIn(memory: ObjectMemory): FairMutex | OwnerMutex {
  const { words, firstWord, thread, byteLength, reference } = memory;
  if (isFair(memory)) return new FairMutex(words, firstWord + MUTEX, thread);
  if (byteLength === BYTES) return new OwnerMutex(words, firstWord + MUTEX, thread);
  memory.close();
  throw new CorruptSegmentError(
    `${reference} has ${byteLength} bytes, and a ${LOCK_KIND} has ${BYTES} or ${FAIR_BYTES}`,
  );
}

/** The state of a lock, read from outside. One word is no fair mutex that was ever in use. */
export function lookAtLock(peek: Peek): ObjectState {
  if (FairMutex.hasBeenUsed(peek, MUTEX)) return FairMutex.look(peek, MUTEX);
  return { owners: [ownerIn(peek(MUTEX, 1)[0]!)] };
}

/** Whether there is a lock of that name, made with the other `fair`. */
function isOtherwise(name: string | undefined, fair: boolean): boolean {
  if (name === undefined) return false;
  try {
    const { memory } = createMemory({ kind: LOCK_KIND, byteLength: BYTES, name, create: false });
    const found = isFair(memory);
    memory.close();
    return found !== fair;
  } catch {
    return false;
  }
}
