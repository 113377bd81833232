import type { Coroutine } from './wait-sync.js';

/** Marks what can be waited for together with others. The same symbol in every copy of this package. */
export const WAITABLE: unique symbol = Symbol.for('@multiprocess/waitable') as never;

/** How a wait is driven: from the event loop, or by blocking the thread. */
export type WaitForm = 'await' | 'block';

/** An object that becomes ready: a connection when it has a message, a process when it has ended. */
export interface Waitable {
  /**
   * Returns when it is ready, and takes nothing. May be resumed any number of times.
   *
   * @throws what using it would throw, if waiting for it is not possible
   */
  [WAITABLE](form: WaitForm): Coroutine<unknown>;
}

/** Whether `value` can be waited for together with others. */
export function isWaitable(value: unknown): value is Waitable {
  return typeof value === 'object' && value !== null && WAITABLE in value;
}
