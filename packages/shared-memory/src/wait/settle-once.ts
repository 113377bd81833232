import { LongTimer } from '../base/long-timer.js';
import { onAborted } from './on-aborted.js';

/** Settles a promise. Only the first of these calls does anything. */
export interface Settling<T> {
  /** Fulfils it. */
  readonly resolve: (value: T) => void;
  /** Rejects it. */
  readonly reject: (error: unknown) => void;
}

/** What can end a wait before its event. */
export interface WaitLimits<T> {
  /** Milliseconds. Default: for ever. */
  readonly timeout?: number;
  /** The promise rejects with its reason. */
  readonly signal: AbortSignal | undefined;
  /** Settles the promise when the time is over. Goes with `timeout`. */
  readonly onTimeout?: (wait: Settling<T>) => void;
  /** Whether the wait keeps the event loop alive. If not, the source of the event may do so. */
  readonly holdsLoop: boolean;
}

/**
 * Waits for an event until the time is over or the signal is aborted. Leaves no timer, no listener at the signal and no
 * subscription behind, however it ends.
 *
 * @param begin subscribes to the event, which settles the wait, and returns how to unsubscribe. It may settle at once
 */
export function settleOnce<T>(limits: WaitLimits<T>, begin: (wait: Settling<T>) => () => void): Promise<T> {
  const { timeout = Infinity, signal, onTimeout, holdsLoop } = limits;
  return new Promise<T>((resolve, reject) => {
    const fail: (error: unknown) => void = reject; // the reason of a signal may be anything
    const state = { isOver: false };
    const parts: (() => void)[] = [];
    const settle = (how: () => void): void => {
      if (state.isOver) return;
      state.isOver = true;
      for (const end of parts.splice(0)) end();
      how();
    };
    const keep = (end: () => void): void => {
      if (state.isOver) end();
      else parts.push(end);
    };
    const wait: Settling<T> = {
      resolve: (value) => settle(() => resolve(value)),
      reject: (error) => settle(() => fail(error)),
    };
    keep(begin(wait));
    if (!state.isOver) keep(onAborted(signal, wait.reject));
    // A timer that never fires holds the loop.
    if (state.isOver || (timeout === Infinity && !holdsLoop)) return;
    const timer = new LongTimer(timeout, () => onTimeout?.(wait));
    if (!holdsLoop) timer.unref();
    keep(() => timer.cancel());
  });
}
