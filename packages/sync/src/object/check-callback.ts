import { inspect } from 'node:util';
import { isThenable } from '@multiprocess/shared-memory';

/**
 * A function that is to be called later, checked before anything is taken for it.
 *
 * @throws {TypeError} If it is not a function.
 */
export function checkCallback(name: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new TypeError(`${name} must be a function, received ${inspect(callback, { depth: 0 })}`);
}

/**
 * The result of a callback of a blocking form. A promise would mean that the callback goes on without the lock.
 *
 * @throws {TypeError} If it is a promise.
 */
export function notAwaited<R>(result: R, form: string, instead: string): R {
  if (!isThenable(result)) return result;
  throw new TypeError(`The function that ${form} was given is async, and goes on without the lock: use ${instead}`);
}
