import { ownerIn, OwnerMutex } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';

// Three words, from `index` on:
//   MUTEX    an owner mutex; see owner-mutex.ts
//   DEPTH    how often its holder has taken it: 1 or more while it is held
//   CONTEXT  what owns it in that thread: 0 for the whole thread, else the number of an owner context
// DEPTH and CONTEXT are written and read only by the thread that has the mutex, so they need no atomics: the mutex orders them.
// A thread that takes over from a dead one writes both before it reads them.
const DEPTH = 1;
const CONTEXT = 2;

/** The context of a thread as a whole. */
export const THREAD = 0;

/** An owner mutex that its holder may take again. */
export class RecursiveMutex {
  static readonly WORDS = 3;
  readonly #words: Int32Array;
  readonly #depth: number;
  readonly #context: number;
  readonly #mutex: OwnerMutex;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#depth = index + DEPTH;
    this.#context = index + CONTEXT;
    this.#mutex = new OwnerMutex(words, index, thread);
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number): ObjectState {
    const words = peek(index, RecursiveMutex.WORDS);
    const owner = ownerIn(words[0]!);
    const depth = words[DEPTH]!;
    return { owners: [owner], ...(owner !== 0 && depth > 1 && { state: `taken ${depth} times` }) };
  }

  /** Owner id of the holder, dead or alive; 0 if it is free. */
  get owner(): number {
    return this.#mutex.owner;
  }

  /** What owns it in this thread, if this thread has it. */
  get context(): number | undefined {
    return this.#mutex.isMine ? this.#words[this.#context] : undefined;
  }

  /** Takes it for `context` if it is free. Never waits. */
  tryLock(context: number): boolean {
    return this.#mutex.tryLock() && this.#begin(context, 1);
  }

  /** Takes it for `context` from an owner that is dead. Never waits. */
  tryTakeOver(context: number): boolean {
    return this.#mutex.tryTakeOver() && this.#begin(context, 1);
  }

  /** Takes it once more. Only for its holder. */
  enterAgain(): void {
    this.#words[this.#depth]!++;
  }

  /**
   * Takes it for `context`, waiting until it is free.
   *
   * @param depth how often it counts as taken: what {@link unlockAll} returned
   * @returns whether it was taken over from a dead owner
   */
  *locking(context: number, depth = 1): Coroutine<boolean> {
    const tookOver = yield* this.#mutex.locking();
    this.#begin(context, depth);
    return tookOver;
  }

  /** Gives it back once. Only for its holder. Returns whether that was the last time. */
  unlock(): boolean {
    if (--this.#words[this.#depth]! > 0) return false;
    this.#mutex.unlock();
    return true;
  }

  /** Gives it back as often as it was taken, and returns how often that was. Only for its holder. */
  unlockAll(): number {
    const depth = this.#words[this.#depth]!;
    this.#mutex.unlock();
    return depth;
  }

  #begin(context: number, depth: number): true {
    this.#words[this.#depth] = depth;
    this.#words[this.#context] = context;
    return true;
  }
}
