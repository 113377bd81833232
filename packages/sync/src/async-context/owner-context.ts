import { createHook, executionAsyncResource } from 'node:async_hooks';
import { clock, DeadlockError, hasNative, host, isThenable, onceAThread } from '@multiprocess/shared-memory';
import { includesContext, NO_SHARE, prepend, setShare, shareOf } from './context-share.js';
import type { Share } from './context-share.js';
import { framedShare, ownPossibly, ownSurely, tellsPromises } from './framed-share.js';

// How a lock recognises the async context that took it.
//
// After `await lock.acquire()`, the lock belongs to the code that follows the await, and to all that it calls, awaits or
// starts. It must not belong to the caller of the function that awaits: in
//     for await (const request of requests) void handle(request); // each handle() awaits acquire()
// the loop would otherwise own the lock of the first handle(), and the second handle() would enter as well.
// `AsyncLocalStorage.enterWith()` has that fault: it lasts until the end of the synchronous run, and every await of any
// caller in that run inherits it. So ownership is tied to the promise that acquire() returns: the hook below sees from
// which promise another one descends, and the continuation of an await descends from the awaited promise.
//
// A context owns the lock for sure, or possibly. Possible owners are the rest of the synchronous run that called acquire(),
// and its continuations: that covers an acquire() in a helper (`await enter()`, `Promise.all([lock.acquire(), …])`). They
// may release the lock, but not re-enter it. Where there are no such hooks: see framed-share.ts.

/** How long the hook stays on: switching it costs more than some calls of it. */
const LINGER_MS = 100;

// One table per thread, like async contexts.
/** The former shares of contexts that have acquired in their present run. */
const before = new Map<object, Share>();
const contexts = new Map<number, OwnerContext>();
const ownersByPromise = new Map<number, OwnerContext>();
let nextPromiseOwner: OwnerContext | undefined;
/** The number given last. A lock's owner is a thread and this number, so all realms of the thread count together. */
let numbers: { last: number } | undefined;
let isLingering = false;

const hook = createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    if (type === 'PROMISE' && nextPromiseOwner !== undefined) {
      ownersByPromise.set(asyncId, nextPromiseOwner);
      nextPromiseOwner.promises.push(asyncId);
      nextPromiseOwner = undefined;
    }
    const share = shareOf(executionAsyncResource());
    const owner = type === 'PROMISE' ? ownersByPromise.get(triggerAsyncId) : undefined;
    if (owner !== undefined) setShare(resource, { surely: prepend(owner, share.surely), possibly: share.possibly });
    else if (share !== NO_SHARE) setShare(resource, share);
  },
});

/** The ownership of a lock by an async context, from its first acquire to its last release. */
export class OwnerContext {
  /** Not 0, and unique among those of the thread that are not over. */
  readonly number: number;
  /** Async ids of the promises whose awaiters own it. */
  readonly promises: number[] = [];
  isOver = false;

  /** Created for the running context, which possibly owns it from now on. */
  constructor() {
    numbers ??= countersOfThread();
    this.number = numbers.last = (numbers.last % (2 ** 31 - 1)) + 1;
    contexts.set(this.number, this);
    if (tellsPromises) {
      hook.enable();
      this.#shareUntilEndOfRun();
    } else ownPossibly(this);
  }

  /**
   * A promise for the result of `begin`, whose awaiters own the lock. If the result is there at once, no other promise is
   * created, since each would go through the hook.
   */
  ownedByAwaitersOf<R>(begin: () => R | Promise<R>): Promise<R> {
    try {
      const result = begin();
      const { promise, resolve, reject } = this.#newPromise<R>();
      if (isThenable(result)) result.then(resolve, reject);
      else resolve(result);
      return promise;
    } catch (error) {
      this.end(); // so that the awaiters of this promise own nothing
      const { promise, reject } = this.#newPromise<R>();
      reject(error);
      return promise;
    }
  }

  /** Ends the ownership. Idempotent. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    contexts.delete(this.number);
    for (const id of this.promises) ownersByPromise.delete(id);
    if (contexts.size > 0 || isLingering || !tellsPromises) return;
    isLingering = true;
    clock
      .setTimeout(() => {
        isLingering = false;
        if (contexts.size === 0) hook.disable();
      }, LINGER_MS)
      .unref();
  }

  #newPromise<R>(): { promise: Promise<R>; resolve: (value: R) => void; reject: (reason: unknown) => void } {
    let settle: { resolve: (value: R) => void; reject: (reason: unknown) => void } | undefined;
    nextPromiseOwner = this.isOver ? undefined : this;
    const promise = new Promise<R>((resolve, reject) => {
      settle = { resolve, reject };
    });
    nextPromiseOwner = undefined;
    return { promise, ...settle! };
  }

  /** Ends with the run: it may be one callback of many from the same resource, and the next one must not own the lock. */
  #shareUntilEndOfRun(): void {
    const resource = executionAsyncResource();
    const share = shareOf(resource);
    setShare(resource, { surely: share.surely, possibly: prepend(this, share.possibly) });
    if (before.has(resource)) return;
    before.set(resource, share);
    clock.queueMicrotask(() => {
      before.delete(resource);
      setShare(resource, share);
    });
  }
}

function countersOfThread(): { last: number } {
  const make = () => ({ last: 0 });
  return hasNative() ? onceAThread('@multiprocess/owner contexts 1', make, (found) => 'last' in found) : make();
}

/** The owner context with that number, if it is not over. */
export function ownerContext(number: number): OwnerContext | undefined {
  return contexts.get(number);
}

/** Whether the running async context has that owner context: `surely`, `possibly`, or not at all. */
export function ownership(number: number): 'surely' | 'possibly' | undefined {
  const { surely, possibly } = runningShare();
  if (includesContext(surely, number)) return 'surely';
  return includesContext(possibly, number) ? 'possibly' : undefined;
}

/**
 * Whether the running async context may re-enter the lock of that owner context.
 *
 * @param wouldWait whether a caller that may not waits, with nothing to end that wait
 * @throws {@link DeadlockError} where only Node could tell: the caller may be the owner, which would wait for itself.
 */
export function ownsSurely(number: number, wouldWait: boolean): boolean {
  const { surely, possibly } = runningShare();
  if (includesContext(surely, number)) return true;
  if (tellsPromises || !wouldWait || !includesContext(possibly, number)) return false;
  throw new DeadlockError(
    `The caller may hold this lock already, and ${host} does not tell, as Node does: awaiting it here could wait for itself. ` +
      'Take it by run(), inside of which it can be taken again, or use a Lock',
  );
}

/** What follows in the running async function, and all that it calls, owns it for sure: only for calls that have just awaited it. */
export function ownFromHere(number: number): void {
  const context = contexts.get(number);
  if (context !== undefined && !tellsPromises) ownSurely(context);
}

function runningShare(): Share {
  return tellsPromises ? shareOf(executionAsyncResource()) : framedShare();
}
