import { describable, DESCRIBE } from '@multiprocess/shared-memory';
import type { Describable, Description, StoreGuard } from '@multiprocess/shared-memory';
import type { Hold } from '../store/hold.js';

/** Something held on Redis. It is given back at the end of an `await using` block, and only once. */
export class RedisGuard implements StoreGuard, Describable {
  readonly #hold: Hold;
  #giveBack: (() => Promise<void>) | undefined;

  /** @internal */
  constructor(hold: Hold, giveBack: () => Promise<void>) {
    this.#hold = hold;
    this.#giveBack = giveBack;
  }

  static {
    describable(this.prototype);
  }

  /** Aborts with a `LockLostError` when it is lost: then another may have it. */
  get signal(): AbortSignal {
    return this.#hold.signal;
  }

  /**
   * A number that is larger than that of any holder before, whatever data the server has lost. Send it along with each change
   * of what the lock protects, and have that refuse smaller ones: a program that was stopped cannot know in time that it lost the lock.
   */
  get fence(): bigint {
    return this.#hold.fence;
  }

  /** @internal */
  [DESCRIBE](): Description {
    return { held: this.#giveBack !== undefined, lost: this.#hold.isLost };
  }

  /** Gives it back now. Idempotent. @throws {LockLostError} If it was lost. */
  async release(): Promise<void> {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    await giveBack?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  /** Asks for it without waiting for the answer. */
  [Symbol.dispose](): void {
    this.release().catch(() => undefined); // a lost hold needs no release, and signal has told of it
  }
}
