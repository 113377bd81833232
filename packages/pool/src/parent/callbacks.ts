import { AsyncResource } from 'node:async_hooks';
import { clock } from '@multiprocess/shared-memory';

/**
 * Wraps a function of the user that is called later, so that it runs in the async context in which it was given (see
 * `AsyncLocalStorage`). If it throws, that is an uncaught exception, as in an event listener.
 */
export function callback<A extends readonly unknown[]>(fn: (...args: A) => unknown): (...args: A) => void {
  const context = new AsyncResource('multiprocess.callback');
  return (...args) => {
    try {
      context.runInAsyncScope(fn, undefined, ...args);
    } catch (error) {
      clock.nextTick(() => {
        throw error;
      });
    }
  };
}
