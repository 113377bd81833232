import { OwnerMutex, waitSync } from '@multiprocess/shared-memory';
import type { Thread } from '@multiprocess/shared-memory';

const FREE = 0;

/**
 * Takes the owner mutex in that word, waiting for the few instructions that its holder needs. A map has one for each bucket, so
 * none has an object of its own.
 *
 * @returns whether it was taken over from a dead holder
 */
export function lockWord(words: Int32Array, index: number, thread: Thread): boolean {
  if (Atomics.compareExchange(words, index, FREE, thread.self) === FREE) return false;
  return waitSync(thread.parker, new OwnerMutex(words, index, thread).entering(), Infinity) === true;
}

/** Takes it from a dead holder. Never waits. */
export function takeOverWord(words: Int32Array, index: number, thread: Thread): boolean {
  return new OwnerMutex(words, index, thread).tryTakeOver();
}

/** Releases it, and wakes a sleeper. */
export function unlockWord(words: Int32Array, index: number, thread: Thread): void {
  if (Atomics.compareExchange(words, index, thread.self, FREE) === thread.self) return;
  new OwnerMutex(words, index, thread).unlock();
}
