import { checkBlockingTimeout, checkSignal, checkTimeout, waitSync } from '@multiprocess/shared-memory';
import type { BlockOptions, Coroutine, ObjectMemory, Thread, WaitOptions } from '@multiprocess/shared-memory';
import { Acquirable } from './acquirable.js';

/** What is acquired over words: an algorithm tries to take it, or waits for it. */
export abstract class Takeable<T extends boolean> extends Acquirable {
  /** @internal */
  protected readonly thread: Thread;

  constructor(memory: ObjectMemory) {
    super(memory);
    this.thread = memory.thread;
  }

  /** Takes it if it is free. Never waits. */
  override tryAcquire(): boolean {
    this.openSegment();
    return this.tryTake();
  }

  /**
   * Takes it, waiting until it is free.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link ClosedError} if it is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   */
  override async acquire(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    if ((this.waitQueue.isEmpty || timeout === 0) && this.tryTake()) return true;
    if (timeout === 0) return false;
    return this.taken(await this.waitQueue.wait(() => this.taking(), timeout, signal));
  }

  /**
   * Like {@link acquire}, but blocks the thread, and with it the event loop.
   *
   * @throws {@link DeadlockError} if it is a lock that only this thread could release, and there is no `timeout`.
   */
  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : checkBlockingTimeout(options);
    if (this.tryTake()) return true;
    if (timeout === 0) return false;
    if (timeout === Infinity) this.checkDeadlock();
    return this.taken(waitSync(this.thread.parker, this.taking(), timeout));
  }

  /** @internal */
  protected abstract tryTake(): boolean;

  /** @internal Takes it when it can, and says how. */
  protected abstract taking(): Coroutine<T>;

  /** @internal Notes how it was taken; `undefined` after a timeout. Returns whether it was taken. */
  protected abstract taken(how: T | undefined): boolean;

  /** @internal Throws if to block this thread would be to wait for itself for ever. */
  protected checkDeadlock(): void {
    // A permit may be released by any thread.
  }
}
