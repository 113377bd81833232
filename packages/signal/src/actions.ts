import { argumentError } from '@multiprocess/shared-memory';

/** The default action of the kernel, which for most signals ends the process. */
export const SIG_DFL: unique symbol = Symbol('SIG_DFL');

/** The kernel ignores the signal. */
export const SIG_IGN: unique symbol = Symbol('SIG_IGN');

/** Called in the event loop of the main thread, with the signal's name and number. */
export type Handler = (name: NodeJS.Signals, number: number) => unknown;

/** What happens on a signal. */
export type Action = Handler | typeof SIG_DFL | typeof SIG_IGN;

/** @throws {@link TypeError} if it is not an action. */
export function checkAction(action: unknown): asserts action is Action {
  if (typeof action === 'function' || action === SIG_DFL || action === SIG_IGN) return;
  throw argumentError('action', 'a function, SIG_DFL or SIG_IGN', action);
}
