import { sweep } from './sweep.js';
import { thisThread } from './this-thread.js';

/**
 * Removes the segments that nobody living has, which processes that were killed have left. It also happens by itself
 * when a segment is created and when a program ends.
 *
 * @example
 * ```ts source="./shared-memory.examples.ts#segments"
 * for (const { kind, name, bytesInUse, pids } of listSegments()) console.log(kind, name, bytesInUse, pids);
 * console.log(removeOrphans()); // names of what nobody living had
 * ```
 * @returns the names of the segments that were removed
 */
export function removeOrphans(): string[] {
  return sweep(thisThread().registry);
}
