import { isError } from '@multiprocess/shared-memory';
import type { Ending } from '../parent/pool-task.js';

/** Some calls may have the same error, as when a pool is terminated: it tells of the first. */
const told = new WeakSet<Error>();

/**
 * What ends the promise of a call.
 *
 * The error of a task is made when a message comes, and its stack tells of the worker only. So it gets the functions that await the
 * promise. V8 finds them from a function that runs because of it, which is why it is resolved with the promise of one. A task that succeeds
 * pays nothing for that.
 *
 * Not by an async function around the call: its caller would go on two turns later, after every task.
 *
 * @param resolve of the promise
 * @param options of which a signal's reason stays as it is
 */
export function endingOf<T>(
  resolve: (value: T | Promise<never>) => void,
  options: { readonly signal?: AbortSignal | undefined },
): Ending<T> {
  return {
    resolve,
    reject: (error) => {
      resolve(rejection(error, error !== options.signal?.reason));
    },
  };
}

async function rejection(error: unknown, isOurs: boolean): Promise<never> {
  // Two turns: in the first, the caller's promise is made to follow this one.
  await Promise.resolve();
  await Promise.resolve();
  if (isOurs && isError(error) && !told.has(error)) {
    told.add(error);
    tellCallers(error, new Error().stack ?? '');
  }
  throw error;
}

function tellCallers(error: Error, stack: string): void {
  // The first is the function above; tools that map sources may have dropped the word async.
  const [, ...frames] = stack.split('\n').filter((line) => line.startsWith('    at '));
  const callers = frames.filter((line) => !line.includes('(node:internal/'));
  if (callers.length === 0 || typeof error.stack !== 'string') return;
  try {
    error.stack = [error.stack, ...callers].join('\n');
  } catch {
    // It is frozen.
  }
}
