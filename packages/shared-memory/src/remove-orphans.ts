import { sweep } from './sweep.js';
import { thisThread } from './this-thread.js';

/**
 * Removes the segments that nobody living has, which processes that were killed have left. It also happens by itself
 * when a segment is created and when a program ends.
 *
 * @returns the names of the segments that were removed
 */
export function removeOrphans(): string[] {
  return sweep(thisThread().registry);
}
