import { AsyncResource } from 'node:async_hooks';
import { clock } from '@multiprocess/shared-memory';

/**
 * A function of the user that is called later: in the async context in which it was given, so that AsyncLocalStorage
 * finds there what it would find here. If it throws, that is an uncaught exception like that of an event listener, and
 * harms nobody else.
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
