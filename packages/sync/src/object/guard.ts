import { describable, DESCRIBE, notByNew, notSent } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';

/**
 * A lock or permit that is released at the end of a `using` block: once, however often the guard is released.
 *
 * @example
 * ```ts source="../sync.examples.ts#guard"
 * {
 *   using held = await lock.hold({ timeout: 1000 }); // TimeoutError if it takes longer
 *   console.log('has the lock', held);
 * } // gives it back here, also when something has thrown
 * ```
 */
export class Guard implements Disposable, AsyncDisposable, Describable {
  #release: (() => void) | undefined;

  /** @internal */
  constructor(release: () => void) {
    if (typeof release !== 'function') throw notByNew('A Guard', 'use await lock.hold()');
    this.#release = release;
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'send its lock, and take that there');
  }

  /** @internal */
  [DESCRIBE](): Description {
    return { held: this.#release !== undefined };
  }

  /** Releases it now. Never waits. Idempotent. */
  release(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  /** Like {@link release}. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Like {@link release}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
