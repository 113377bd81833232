import type { WaitOptions } from '@multiprocess/shared-memory';
import { OwnerContext, ownerContext, ownership, ownFromHere, ownsSurely } from './owner-context.js';
import { THREAD } from '../words/recursive-mutex.js';

/** No context has this number, so the server refuses it. */
const NO_CONTEXT = -1;

/**
 * Which async context of this thread has a lock of the server, by the rules of `RLock`: its owner is the context that goes on
 * after `await acquire()`, or the whole thread for calls that block.
 */
export class LockContext {
  #holder: number | undefined;
  #times = 0;

  /** Takes it by `acquire`, which waits as `options` say, for the context that goes on when the promise is awaited. */
  take(acquire: (context: number) => Promise<unknown>, options?: WaitOptions): Promise<boolean> {
    const endsByItself = options?.timeout !== undefined || options?.block === false || options?.signal !== undefined;
    const again = this.#surely(!endsByItself);
    if (again !== undefined) return this.#took(acquire(again), again);
    const owner = new OwnerContext();
    const taken = this.#took(acquire(owner.number), owner.number);
    return owner.ownedByAwaitersOf(() =>
      taken.then(
        (got) => {
          if (!got) owner.end();
          return got;
        },
        (error: unknown) => {
          owner.end();
          throw error;
        },
      ),
    );
  }

  /** The calling function, which has just awaited {@link take}, and all that it calls own it for sure. */
  own(): void {
    if (this.#holder !== undefined) ownFromHere(this.#holder);
  }

  /** Takes it by `acquire`, for the thread. */
  takeSync(acquire: (context: number) => unknown): boolean {
    const context = this.#surely(false) ?? THREAD;
    return this.#note(acquire(context) === true, context);
  }

  /** The context that the caller is in: the one that has it, or one that the server refuses. */
  get current(): number {
    const holder = this.#holder;
    if (holder === undefined) return THREAD;
    return holder === THREAD || ownership(holder) !== undefined ? holder : NO_CONTEXT;
  }

  /** The context that the caller gives it back for, once. */
  leave(): number {
    const context = this.current;
    if (context !== NO_CONTEXT && this.#times > 0 && --this.#times === 0) {
      if (context !== THREAD) ownerContext(context)?.end();
      this.#holder = undefined;
    }
    return context;
  }

  /**
   * The caller gives it back altogether for a while, in which others may have it.
   *
   * @returns what puts things back when the caller has it again
   */
  suspend(): () => void {
    const holder = this.#holder;
    const times = this.#times;
    if (this.current === NO_CONTEXT || holder === undefined) return () => undefined;
    this.#holder = undefined;
    this.#times = 0;
    return () => {
      this.#holder = holder;
      this.#times = times;
    };
  }

  async #took(result: Promise<unknown>, context: number): Promise<boolean> {
    return this.#note((await result) === true, context);
  }

  #note(taken: boolean, context: number): boolean {
    if (taken) {
      this.#times = this.#holder === context ? this.#times + 1 : 1;
      this.#holder = context;
    }
    return taken;
  }

  #surely(wouldWait: boolean): number | undefined {
    const holder = this.#holder;
    if (holder === undefined) return undefined;
    return holder === THREAD || ownsSurely(holder, wouldWait) ? holder : undefined;
  }
}
