import { HandleError, Segment, namingOf } from '@multiprocess/shared-memory';
import { isToBeMade } from './barrier-options.js';
import type { BarrierOptions, BarrierToAttach } from './barrier-options.js';
import { bytesFor, isSamePlan, planOf, readPlan, writePlan } from './barrier-plan.js';

/** What stands in handles of barriers. */
export const BARRIER_KIND = 'sync.Barrier';

/**
 * Makes the segment of a barrier, or attaches to that of the same name.
 *
 * @throws {HandleError} If the name is taken by something else, or by a barrier made with other options.
 */
export function createBarrier(options: BarrierOptions | BarrierToAttach): Segment {
  if (!isToBeMade(options)) return Segment.create({ kind: BARRIER_KIND, byteLength: 0, ...namingOf(options) }).segment;
  const plan = planOf(options);
  const { segment } = Segment.create({
    kind: BARRIER_KIND,
    byteLength: bytesFor(plan),
    ...namingOf(options),
    initialise: (made) => {
      writePlan(made, plan);
    },
  });
  if (isSamePlan(readPlan(segment), plan)) return segment;
  segment.close();
  throw new HandleError(`The barrier named ${JSON.stringify(options.name)} was made with other options`);
}
