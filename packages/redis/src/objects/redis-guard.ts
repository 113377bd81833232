import { DESCRIBE, Held } from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import type { Hold } from '../store/hold.js';

/** Something held on Redis. It is given back at the end of an `await using` block, and only once. */
export class RedisGuard extends Held {
  readonly #hold: Hold;

  /** @internal */
  constructor(hold: Hold, giveBack: () => Promise<void>) {
    super(giveBack);
    this.#hold = hold;
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
  override [DESCRIBE](): Description {
    return { ...super[DESCRIBE](), lost: this.#hold.isLost };
  }

  /** Gives it back now. Idempotent. @throws {@link LockLostError} if it was lost. */
  override release(): Promise<void> {
    return super.release();
  }
}
