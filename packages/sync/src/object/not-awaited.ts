import { isThenable } from '@multiprocess/shared-memory';

/**
 * The result of a callback of a blocking form. A promise would mean that the callback goes on without the lock.
 *
 * @throws {@link TypeError} if it is a promise.
 */
export function notAwaited<R>(result: R, form: string, instead: string): R {
  if (!isThenable(result)) return result;
  throw new TypeError(`The function given to ${form} is async, and would go on without the lock: use ${instead}`);
}
