import type { Process } from './process.js';
import { runningOwners } from './running-children.js';

/**
 * The running processes that this thread has started.
 *
 * @example
 * ```ts source="../process.examples.ts#family"
 * const workers = Array.from({ length: cpuCount() }, (_, i) => new Process({ target: greet, args: [`worker ${i}`] }));
 * for (const worker of workers) worker.start();
 * console.log(currentProcess().name, parentProcess()?.pid); // 'MainProcess' undefined
 * console.log(activeChildren().length); // how many of them still run
 * ```
 */
export function activeChildren(): Process[] {
  return runningOwners() as Process[];
}
