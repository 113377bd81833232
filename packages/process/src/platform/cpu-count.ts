import { availableParallelism } from 'node:os';

/**
 * How many processes can run at the same time: the processors that this one may use.
 *
 * @example
 * ```ts source="../process.examples.ts#family"
 * const workers = Array.from({ length: cpuCount() }, (_, i) => new Process({ target: greet, args: [`worker ${i}`] }));
 * for (const worker of workers) worker.start();
 * console.log(currentProcess().name, parentProcess()?.pid); // 'MainProcess' undefined
 * console.log(activeChildren().length); // how many of them still run
 * ```
 */
export function cpuCount(): number {
  return availableParallelism();
}
