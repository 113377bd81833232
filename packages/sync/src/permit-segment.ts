import { HandleError, Segment } from '@multiprocess/shared-memory';
import type { SegmentPlan } from '@multiprocess/shared-memory';

/** The word with the permits that a semaphore was made with; never changed once others can see it. */
export const VALUE = 0;

/**
 * The segment of a semaphore: a new one, or that of the semaphore of the same name.
 *
 * @param wanted the value that was asked for: without, one that is attached to may have been made with any
 * @throws {HandleError} If the name is taken by something else, or by a semaphore made with another `value`.
 * @throws {OutOfMemoryError} If shared memory is full.
 */
export function createPermitSegment(value: number, plan: SegmentPlan, wanted: number | undefined): Segment {
  const { segment } = Segment.create({
    ...plan,
    initialise: (made) => {
      made.words[VALUE] = value;
      plan.initialise?.(made);
    },
  });
  const found = segment.words[VALUE];
  if (found === value || (plan.create === false && wanted === undefined)) return segment;
  segment.close();
  throw new HandleError(`The semaphore named ${JSON.stringify(plan.name)} was made with value ${found}, not ${value}`);
}
