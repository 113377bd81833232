import { settleOnce } from '@multiprocess/shared-memory';
import type { Settling } from '@multiprocess/shared-memory';

/** An event that happens once and that any number of callers can await. */
export class Latch {
  readonly #waiters = new Set<() => void>();
  readonly #onWaiting: ((waiting: boolean) => void) | undefined;
  #isOpen = false;

  /** @param onWaiting called with true when the first caller begins to wait, and with false when the last one stops waiting */
  constructor(onWaiting?: (waiting: boolean) => void) {
    this.#onWaiting = onWaiting;
  }

  /** Whether the event has happened. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The event has happened: all callers go on. */
  open(): void {
    this.#isOpen = true;
    for (const wake of [...this.#waiters]) wake();
  }

  /**
   * Waits at most `timeout` ms for the event. Does not by itself keep the event loop alive.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
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
      if (this.#waiters.size === 1) this.#onWaiting?.(true);
      return () => {
        this.#waiters.delete(onOpen);
        if (this.#waiters.size === 0) this.#onWaiting?.(false);
      };
    });
  }
}
