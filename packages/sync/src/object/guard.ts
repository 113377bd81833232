import { DESCRIBE, describable } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';

/**
 * Something held that is given back at the end of a `using` block: once, however often it is released.
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
  #giveBack: (() => void) | undefined;

  /** @internal */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  static {
    describable(this.prototype);
  }

  /** @internal */
  [DESCRIBE](): Description {
    return { held: this.#giveBack !== undefined };
  }

  /** Gives it back now. Does nothing when that has been done. Never waits. */
  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
