import { runningTask } from './running-task.js';

/**
 * In a task: sends a value to the `onProgress` of its caller, which gets the values in order and before the result. Does not
 * wait for the caller; if that does not take them, they need shared memory.
 *
 * Does nothing if the caller does not listen, in a map, after the task has ended, and outside of a pool. Of several
 * asynchronous functions in a worker, only those of the running task may call it: a timer that an earlier task has left
 * behind would report for the present one.
 *
 * @example
 * ```ts source="../pool.examples.ts#progress"
 * const sumUpTo = task(import.meta, function sumUpTo(n: number) {
 *   let sum = 0;
 *   for (let i = 1; i <= n; i++) {
 *     sum += i;
 *     if (i % 1_000_000 === 0) reportProgress(i / n);
 *   }
 *   return sum;
 * });
 *
 * export async function sumAloud(pool: Pool): Promise<void> {
 *   const onProgress = (done: number): void => console.log(`${Math.round(100 * done)} %`);
 *   console.log(await pool.apply(sumUpTo, [10_000_000], { onProgress }));
 * }
 * ```
 * @throws {@link SerializationError} if the value cannot be serialized. Nothing was sent.
 * @throws {@link OutOfMemoryError} if shared memory is full.
 */
export function reportProgress(value: unknown): void {
  runningTask()?.report(value);
}
