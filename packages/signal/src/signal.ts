import { checkAction } from './actions.js';
import type { Action } from './actions.js';
import { actionOf, checkMainThread, setAction } from './arrivals.js';
import { nameOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * Sets what happens on a signal: a handler, `SIG_DFL` or `SIG_IGN`. The last two are installed in the kernel, so they take
 * effect at once, even while the event loop is busy; listeners of `process.on` are not called then. A handler runs in the main
 * thread's event loop, and does not keep it alive.
 *
 * @example
 * ```ts source="./signal.examples.ts#handler"
 * signal('SIGALRM', () => {
 *   console.log('time is over');
 * });
 * alarm(5); // the kernel sends SIGALRM in five seconds
 * await pause(); // until a handler has run
 * ```
 * @returns the action before, as {@link getSignal} returns it
 * @throws {@link RangeError} if there is no such signal, or its action cannot be changed (SIGKILL, SIGSTOP).
 * @throws {@link TypeError} if an argument is of the wrong type, or in a worker thread.
 */
export function signal(sig: Signal, action: Action): Action | null {
  const name = nameOf(sig);
  checkAction(action);
  checkMainThread();
  const before = actionOf(name);
  setAction(name, action);
  return before;
}

/**
 * What happens on a signal: the handler that {@link signal} has set, `SIG_DFL`, `SIG_IGN`, or null for an action that other
 * code has set, such as a listener of `process.on`.
 *
 * @example
 * ```ts source="./signal.examples.ts#ignore"
 * const before = signal('SIGHUP', SIG_IGN); // in the kernel: it holds while the event loop is busy, too
 * console.log(before === SIG_DFL, getSignal('SIGHUP') === SIG_IGN); // true true
 * ```
 */
export function getSignal(sig: Signal): Action | null {
  return actionOf(nameOf(sig));
}
