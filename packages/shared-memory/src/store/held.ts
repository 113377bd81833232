import { notByNew } from '../arguments/not-by-new.js';
import { describable, DESCRIBE } from '../base/describe.js';
import { notSent } from '../handles/not-sent.js';
import type { Describable, Description } from '../base/describe.js';
import type { StoreGuard } from './store-locks.js';

/** What every guard of a store does: it gives back once, however it is asked to. */
export abstract class Held implements StoreGuard, Describable {
  #giveBack: (() => Promise<void>) | undefined;

  /** @internal */
  constructor(giveBack: () => Promise<void>) {
    if (typeof giveBack !== 'function') throw notByNew('A guard', 'use await lock.hold()');
    this.#giveBack = giveBack;
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'send its lock, and take that there');
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
