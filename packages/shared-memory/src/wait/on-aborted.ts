import { abortReason } from '../base/built-ins.js';
import { clock } from '../base/clock.js';

// The waits that each signal can end, one table per thread. A signal gets one listener of this package however many waits
// it can end, since Node warns of a leak at more than ten. An entry goes with the last of its waits.
const awaited = new WeakMap<AbortSignal, SignalWaits>();

/** The callbacks to call when a signal is aborted, all through one listener. */
class SignalWaits {
  readonly #signal: AbortSignal;
  /** Wrapped, since one callback may serve two waits. */
  readonly #waits = new Set<{ readonly onAbort: (reason: unknown) => void }>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(onAbort: (reason: unknown) => void): () => void {
    const wait = { onAbort };
    this.#waits.add(wait);
    if (this.#waits.size === 1) this.#signal.addEventListener('abort', this.#abortAll, { once: true });
    return () => {
      if (!this.#waits.delete(wait) || this.#waits.size > 0) return;
      this.#signal.removeEventListener('abort', this.#abortAll);
      awaited.delete(this.#signal);
    };
  }

  readonly #abortAll = (): void => {
    awaited.delete(this.#signal);
    // The end of one wait may end others, which then leave the set.
    for (const wait of this.#waits) {
      this.#waits.delete(wait);
      try {
        wait.onAbort(abortReason(this.#signal));
      } catch (error) {
        // As an EventTarget does: an error of one listener does not stop the others.
        clock.nextTick(() => {
          throw error;
        });
      }
    }
  };
}

/**
 * Calls `onAbort` once, with the signal's reason, when the signal is aborted; in a microtask if it already is.
 *
 * @returns a function that stops listening. Idempotent.
 */
export function onAborted(signal: AbortSignal | undefined, onAbort: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) return soon(() => onAbort(abortReason(signal)));
  let waits = awaited.get(signal);
  if (waits === undefined) awaited.set(signal, (waits = new SignalWaits(signal)));
  return waits.add(onAbort);
}

function soon(call: () => void): () => void {
  let isWanted = true;
  clock.queueMicrotask(() => {
    if (isWanted) call();
  });
  return () => {
    isWanted = false;
  };
}
