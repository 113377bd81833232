import { checkFunction, checkTimeout, TimeoutError, within } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { apart } from '../async-context/framed-share.js';
import { Guard } from './guard.js';
import { notAwaited } from './not-awaited.js';
import { WaitingObject } from './waiting-object.js';

/** An object that can be acquired and released, with calls that do both. */
export abstract class Acquirable extends WaitingObject {
  /** Takes it if it is free. Never waits. */
  abstract tryAcquire(): boolean;

  /** Takes it, waiting until it is free. Returns false after a timeout. */
  abstract acquire(options?: WaitOptions): Promise<boolean>;

  /** Like {@link acquire}, but blocks the thread, and with it the event loop. */
  abstract acquireSync(options?: BlockOptions): boolean;

  /** Releases it. Never waits. */
  abstract release(): void;

  /**
   * Takes it for a `using` block.
   *
   * @throws {@link TimeoutError} after a timeout.
   * @throws what {@link acquire} throws
   */
  async hold(options?: WaitOptions): Promise<Guard> {
    return this.guard(await this.acquire(options), options);
  }

  /** Like {@link hold}, but blocks the thread. */
  holdSync(options?: BlockOptions): Guard {
    return this.guard(this.acquireSync(options), options);
  }

  /** Takes it, calls `fn`, awaits the result, and releases it however `fn` ends. Throws what {@link hold} throws. */
  async run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('fn', fn);
    const guard = await (apart ? apart(() => this.hold(options)) : this.hold(options));
    try {
      this.own();
      return await fn();
    } finally {
      guard.release();
    }
  }

  /**
   * Like {@link run}, but blocks the thread.
   *
   * @throws {@link TypeError} if `fn` is async: after its first `await` it is not protected. It has been called by then.
   */
  runSync<R>(fn: () => R, options?: BlockOptions): R {
    checkFunction('fn', fn);
    const guard = this.holdSync(options);
    try {
      return notAwaited(fn(), 'runSync()', 'run()');
    } finally {
      guard.release();
    }
  }

  /** @internal The function that calls it has just awaited {@link hold}. */
  own(): void {}

  /** @internal */
  protected guard(taken: boolean, options: WaitOptions | undefined): Guard {
    if (!taken) throw new TimeoutError(`The ${this.constructor.name} was not free${within(checkTimeout(options))}`);
    return new Guard(this.returner());
  }

  /** Returns a function that releases what has just been taken. */
  protected returner(): () => void {
    return () => this.release();
  }
}
