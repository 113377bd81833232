import type { Coroutine } from './wait-sync.js';

/** Marks what can be waited for together with others. The same symbol in every copy of this package. */
export const WAITABLE: unique symbol = Symbol.for('@multiprocess/waitable') as never;

/** How a wait is driven: from the event loop, or by blocking the thread. */
export type WaitForm = 'await' | 'block';

/** What becomes ready some time: a connection that has a message, a process that has ended. */
export interface Waitable {
  /**
   * Returns when it is ready, at once if it is, and takes nothing. May be resumed any number of times.
   *
   * @throws what using it would throw, if it cannot be waited for
   */
  [WAITABLE](form: WaitForm): Coroutine<unknown>;
}

/** Whether `value` can be waited for together with others. */
export function isWaitable(value: unknown): value is Waitable {
  return typeof value === 'object' && value !== null && WAITABLE in value;
}
