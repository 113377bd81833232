import {
  argumentError,
  checkBlockingTimeout,
  checkIterable,
  checkSignal,
  checkTimeout,
  isWaitable,
  thisThread,
  WAITABLE,
  waitAny,
  waitAnySync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Coroutine, Waitable, WaitForm, WaitOptions } from '@multiprocess/shared-memory';

/**
 * Waits until at least one of several objects is ready: a connection that has a message or has come to its end, a
 * process that has ended. Takes nothing: another user of the connection may be faster.
 *
 * @returns all that are ready, in the order in which they were given; none after a timeout, or if none was given
 * @throws {@link TypeError} if one cannot become ready (a connection that only sends), or is there twice.
 * @throws {@link ClosedError} if one is closed here.
 * @throws {@link ProcessStartError} if a process has not been started.
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
 * @example Messages of several connections, as they come
 * ```ts source="./pipe.examples.ts#waitReady"
 * while (connections.size > 0) {
 *   for (const connection of await waitReady(connections)) {
 *     try {
 *       console.log(await connection.recv());
 *     } catch {
 *       connections.delete(connection); // its other end is gone
 *     }
 *   }
 * }
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.wait | Python's wait}
 */
export async function waitReady<T extends Waitable>(objects: Iterable<T>, options?: WaitOptions): Promise<T[]> {
  const timeout = checkTimeout(options);
  const signal = checkSignal(options);
  const list = [...checkIterable('objects', objects)];
  const waitings = waitingsOf(list, 'await');
  if (list.length === 0) return [];
  const finished = await waitAny(thisThread().parker, waitings, timeout, signal);
  return list.filter((_, i) => finished[i]);
}

/** Like {@link waitReady}, but blocks the thread, and with it the event loop. */
export function waitReadySync<T extends Waitable>(objects: Iterable<T>, options?: BlockOptions): T[] {
  const timeout = checkBlockingTimeout(options);
  const list = [...checkIterable('objects', objects)];
  const waitings = waitingsOf(list, 'block');
  if (list.length === 0) return [];
  const finished = waitAnySync(thisThread().parker, waitings, timeout);
  return list.filter((_, i) => finished[i]);
}

function waitingsOf(list: readonly unknown[], form: WaitForm): Coroutine<unknown>[] {
  const seen = new Set<unknown>();
  return list.map((one) => {
    if (!isWaitable(one)) throw argumentError('each of objects', 'a connection or a process', one);
    if (seen.has(one)) throw argumentError('each of objects', 'there once only', one);
    seen.add(one);
    return one[WAITABLE](form);
  });
}
