import { settleOnce } from '@multiprocess/shared-memory';
import type { Settling } from '@multiprocess/shared-memory';

/** Something that happens once, and that any number of callers await. */
export class Latch {
  readonly #waiters = new Set<() => void>();
  readonly #onWaiting: (waiting: boolean) => void;
  #isOpen = false;

  /** @param onWaiting is told when the first caller begins to wait, and when nobody waits any more */
  constructor(onWaiting: (waiting: boolean) => void) {
    this.#onWaiting = onWaiting;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** It has happened. */
  open(): void {
    this.#isOpen = true;
    for (const wake of [...this.#waiters]) wake();
  }

  /**
   * Waits at most `timeout` ms until it has happened. Does not by itself keep the event loop alive.
   *
   * @returns false if the time was over first
   * @throws the signal's reason if it was aborted first
   */
  wait(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#isOpen || timeout <= 0) return Promise.resolve(this.#isOpen);
    const onTimeout = (late: Settling<boolean>): void => {
      late.resolve(false);
    };
    return settleOnce({ timeout, signal, onTimeout, holdsLoop: false }, ({ resolve }) => {
      const onOpen = (): void => {
        resolve(true);
      };
      this.#waiters.add(onOpen);
      if (this.#waiters.size === 1) this.#onWaiting(true);
      return () => {
        this.#waiters.delete(onOpen);
        if (this.#waiters.size === 0) this.#onWaiting(false);
      };
    });
  }
}
