import { parseCellReference } from '../cells/cell-reference.js';
import { listSegments } from './list-segments.js';
import { sweep } from '../thread/sweep.js';
import { thisThread } from '../thread/this-thread.js';

/**
 * Removes the segments that no living process has: those that killed processes left behind. This also happens when a segment
 * is created and when a program ends. {@link listSegments} has an example.
 *
 * @returns the names of the objects that went with them, as {@link listSegments} has them
 */
export function removeOrphans(): string[] {
  const { registry } = thisThread();
  // The names of small objects are in the segment that they share, so read them before it is removed.
  const inSlabs = new Map<string, string[]>();
  for (const { name, orphan } of listSegments()) {
    const slab = orphan ? parseCellReference(name)?.slab : undefined;
    if (slab === undefined) continue;
    const names = inSlabs.get(slab);
    if (names === undefined) inSlabs.set(slab, [name]);
    else names.push(name);
  }
  return sweep(registry).flatMap((name) => inSlabs.get(name) ?? name);
}
