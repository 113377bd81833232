import { runningTask } from './running-task.js';

/**
 * In a task: a signal that is aborted when the caller aborts the task or its `timeout` is reached, so that the task can
 * clean up before its worker is killed. Code that never returns to the event loop must call
 * `taskSignal().throwIfAborted()` from time to time. For a call without `signal` and `timeout`, and outside of a pool, the
 * signal is never aborted.
 *
 * @example
 * ```ts source="../pool.examples.ts#cancel"
 * const poll = task(import.meta, async function poll(url: string) {
 *   const signal = taskSignal(); // aborted together with the caller's
 *   for (;;) {
 *     await fetch(url, { signal });
 *     await sleep(1000, undefined, { signal });
 *   }
 * });
 *
 * export async function pollForAWhile(pool: Pool, url: string): Promise<void> {
 *   await pool.apply(poll, [url], { signal: AbortSignal.timeout(5000) });
 * }
 * ```
 */
export function taskSignal(): AbortSignal {
  return runningTask()?.signal ?? new AbortController().signal;
}
