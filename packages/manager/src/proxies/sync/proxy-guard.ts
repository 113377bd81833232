import { describable, DESCRIBE } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';

/** Something held in a manager. It is given back at the end of an `await using` block, and only once. */
export class ProxyGuard implements AsyncDisposable, Disposable, Describable {
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
    this.release().catch(() => undefined); // a manager that is gone has nothing that is held
  }
}
