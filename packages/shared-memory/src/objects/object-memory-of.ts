import { parseCellReference } from '../cells/cell-reference.js';
import { cellBytesFor } from '../cells/cell-sizes.js';
import { HandleError } from '../base/errors.js';
import type { ObjectMemory, ObjectPlan } from '../segment/object-memory.js';
import { hasNative } from '../platform/platform.js';
import { Segment } from '../segment/segment.js';
import { SlabCell } from '../slab/slab-cell.js';

// Asked once per thread: reading the environment costs as much as creating a lock.
let hasSlabs: boolean | undefined;

/**
 * Creates memory for an object: a cell of a slab if it is small and has no name, else a segment, or attaches to the segment
 * of the object of the same name and kind.
 *
 * @throws {@link HandleError} if the name is taken by another kind or size, or belongs to another registry.
 * @throws {@link OutOfMemoryError} if there is no memory. Nothing is left behind.
 */
export function createMemory(plan: ObjectPlan): { memory: ObjectMemory; created: boolean } {
  const cellBytes = plan.name === undefined ? cellBytesFor(plan.byteLength) : undefined;
  if (cellBytes !== undefined && (hasSlabs ??= hasNative()))
    return { memory: SlabCell.create({ ...plan, cellBytes }), created: true };
  const { segment, created } = Segment.create(plan);
  return { memory: segment, created };
}

/**
 * Attaches to the memory that a handle leads to.
 *
 * @param claimed what the handle says it is: another kind is refused before anything is opened
 * @throws {@link HandleError} if no living thread has it, or it is of another kind or registry.
 * @throws {@link CorruptSegmentError} if the file is not a segment.
 */
export function attachMemory(reference: string, kind: string, claimed = kind): ObjectMemory {
  const cell = parseCellReference(reference);
  if (cell === undefined) return Segment.attach(reference, kind, claimed);
  if (claimed !== kind) throw new HandleError(`The handle stands for a ${claimed}, not for a ${kind}`);
  return SlabCell.attach(cell, kind);
}
