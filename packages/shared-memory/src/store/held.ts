import { describable, DESCRIBE } from '../handles/describe.js';
import type { Describable, Description } from '../handles/describe.js';
import type { StoreGuard } from './store-locks.js';

/** What every guard of a store does: it gives back once, however it is asked to. */
export abstract class Held implements StoreGuard, Describable {
  #giveBack: (() => Promise<void>) | undefined;

  /** @internal */
  constructor(giveBack: () => Promise<void>) {
    this.#giveBack = giveBack;
  }

  static {
    describable(this.prototype);
  }

  /** @internal */
  [DESCRIBE](): Description {
    return { held: this.#giveBack !== undefined };
  }

  /** Gives it back now. Idempotent. */
  async release(): Promise<void> {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    await giveBack?.();
  }

  /** Like {@link release}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  /** Asks for it without waiting for the answer. */
  [Symbol.dispose](): void {
    this.release().catch(() => undefined); // what is gone or lost needs no release
  }
}
