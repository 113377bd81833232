import type { Operation, WatchedWord } from './operation.js';
import type { Standing, Words } from './state.js';

/** Owner id of a simulated thread. 0 is no thread's. */
export function ownerIdOf(thread: number): number {
  return thread + 1;
}

export function isDead(threads: readonly Standing[], owner: number): boolean {
  return owner !== 0 && threads[owner - 1]?.mode === 'dead';
}

/** Whether there is nothing to wait for. */
export function isOver(words: Words, threads: readonly Standing[], watched: WatchedWord): boolean {
  return words[watched.index] !== watched.expected || isDead(threads, watched.owner);
}

/** Whether the caller has limited how long this may last. */
export function isTimed(operation: Operation): boolean {
  return (operation.kind === 'pause' || operation.kind === 'spin') && operation.timed;
}

/** Blocked threads that an unpark of the word would wake. */
export function sleepersOn(threads: readonly Standing[], index: number): number[] {
  return asleep(threads, (word) => word.index === index);
}

/** Blocked threads that wait for the thread to end. */
export function sleepersOnOwner(threads: readonly Standing[], thread: number): number[] {
  return asleep(threads, (word) => word.owner === ownerIdOf(thread));
}

function asleep(threads: readonly Standing[], waitsFor: (word: WatchedWord) => boolean): number[] {
  const found: number[] = [];
  for (let thread = 0; thread < threads.length; thread++) {
    const { mode, point } = threads[thread]!;
    if (mode === 'asleep' && point.operation.kind === 'pause' && waitsFor(point.operation)) found.push(thread);
  }
  return found;
}
