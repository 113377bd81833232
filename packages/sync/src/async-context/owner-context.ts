import { createHook, executionAsyncResource } from 'node:async_hooks';
import { clock, isThenable } from '@multiprocess/shared-memory';
import { NOTHING, has, link, setShare, shareOf } from './context-share.js';
import type { Share } from './context-share.js';

// How a lock knows the async context that took it.
//
// What `await lock.acquire()` gives belongs to whatever follows the await: to that continuation, and to all that it
// calls, awaits or starts. It must not belong to the caller of the function that awaits: in
//     for await (const request of requests) void handle(request); // each handle() awaits acquire()
// the loop would otherwise own what the first handle() took, and with it the second, which would walk in as well.
// `AsyncLocalStorage.enterWith()` does exactly that: it lasts until the end of the synchronous run, and every await of
// any caller in it takes it along. So the hold is tied to the promise that acquire() returns: of the promises that
// descend from others, the hook below sees which one, and the continuation of an await descends from what was awaited.
//
// A context owns a hold for sure, or possibly: the rest of the synchronous run that called acquire(), with what comes
// of it. That is where a helper's acquire() leads (`await enter()`, `Promise.all([lock.acquire(), …])`). It may give the
// hold back, but does not re-enter.

/** Switching the hook costs more than some calls of it. */
const LINGER_MS = 100;

// All of it is one table a thread, since async contexts are a thread's.
/** What contexts that acquired in their present run owned before. */
const before = new Map<object, Share>();
const holds = new Map<number, OwnerContext>();
const bearers = new Map<number, OwnerContext>();
let bearing: OwnerContext | undefined;
let lastNumber = 0;
let isLingering = false;

const hook = createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    if (type === 'PROMISE' && bearing !== undefined) {
      bearers.set(asyncId, bearing);
      bearing.promises.push(asyncId);
      bearing = undefined;
    }
    const share = shareOf(executionAsyncResource());
    const borne = type === 'PROMISE' ? bearers.get(triggerAsyncId) : undefined;
    if (borne !== undefined) setShare(resource, { surely: link(borne, share.surely), possibly: share.possibly });
    else if (share !== NOTHING) setShare(resource, share);
  },
});

/** What an async context takes of a lock: from its first acquire to its last release. */
export class OwnerContext {
  /** Not 0; no two holds of a thread that are not over have the same. */
  readonly number: number;
  /** Async ids of the promises that bear it. */
  readonly promises: number[] = [];
  isOver = false;

  /** Created for the running context, which possibly owns it from here on. */
  constructor() {
    lastNumber = (lastNumber % (2 ** 31 - 1)) + 1;
    this.number = lastNumber;
    holds.set(this.number, this);
    hook.enable();
    this.#shareUntilEndOfRun();
  }

  /**
   * A promise for what `begin` comes to, whose awaiters own the hold. One that is settled at once costs no other promise,
   * of which each would go through the hook.
   */
  borneBy<R>(begin: () => R | Promise<R>): Promise<R> {
    try {
      const result = begin();
      const { promise, resolve, reject } = this.#newBearer<R>();
      if (isThenable(result)) result.then(resolve, reject);
      else resolve(result);
      return promise;
    } catch (error) {
      this.end(); // so that this promise bears nothing
      const { promise, reject } = this.#newBearer<R>();
      reject(error);
      return promise;
    }
  }

  /** Ends the ownership. Idempotent. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    holds.delete(this.number);
    for (const id of this.promises) bearers.delete(id);
    if (holds.size > 0 || isLingering) return;
    isLingering = true;
    clock
      .setTimeout(() => {
        isLingering = false;
        if (holds.size === 0) hook.disable();
      }, LINGER_MS)
      .unref();
  }

  #newBearer<R>(): { promise: Promise<R>; resolve: (value: R) => void; reject: (reason: unknown) => void } {
    let settle: { resolve: (value: R) => void; reject: (reason: unknown) => void } | undefined;
    bearing = this.isOver ? undefined : this;
    const promise = new Promise<R>((resolve, reject) => {
      settle = { resolve, reject };
    });
    bearing = undefined;
    return { promise, ...settle! };
  }

  /** What runs now may be a callback of something that calls back again, which then must not own it: hence the end. */
  #shareUntilEndOfRun(): void {
    const resource = executionAsyncResource();
    const share = shareOf(resource);
    setShare(resource, { surely: share.surely, possibly: link(this, share.possibly) });
    if (before.has(resource)) return;
    before.set(resource, share);
    clock.queueMicrotask(() => {
      before.delete(resource);
      setShare(resource, share);
    });
  }
}

/** The hold with that number, if it is not over. */
export function ownerContext(number: number): OwnerContext | undefined {
  return holds.get(number);
}

/** Whether the running context owns the hold with that number: `surely`, `possibly`, or not at all. */
export function ownership(number: number): 'surely' | 'possibly' | undefined {
  const { surely, possibly } = shareOf(executionAsyncResource());
  if (has(surely, number)) return 'surely';
  return has(possibly, number) ? 'possibly' : undefined;
}

/** Whether the running context re-enters where that hold has the lock. */
export function ownsSurely(number: number): boolean {
  return has(shareOf(executionAsyncResource()).surely, number);
}
