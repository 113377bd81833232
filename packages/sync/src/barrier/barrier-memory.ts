import { checkNaming, createMemory, HandleError } from '@multiprocess/shared-memory';
import { mayCreate } from './barrier-options.js';
import type { BarrierOptions, BarrierToAttach } from './barrier-options.js';
import type { ObjectMemory } from '@multiprocess/shared-memory';
import { bytesFor, isSamePlan, makePlan, readPlan, writePlan } from './barrier-plan.js';

/** The kind in handles of barriers. */
export const BARRIER_KIND = 'sync.Barrier';

/**
 * Creates the memory of a barrier, or attaches to that of the same name.
 *
 * @throws {@link HandleError} if the name is taken by something else, or by a barrier with other options.
 */
export function createBarrier(options: BarrierOptions | BarrierToAttach): ObjectMemory {
  if (!mayCreate(options)) return createMemory({ kind: BARRIER_KIND, byteLength: 0, ...checkNaming(options) }).memory;
  const plan = makePlan(options);
  const { memory } = createMemory({
    kind: BARRIER_KIND,
    byteLength: bytesFor(plan),
    ...checkNaming(options),
    initialise: (made) => writePlan(made, plan),
  });
  if (isSamePlan(readPlan(memory), plan)) return memory;
  memory.close();
  throw new HandleError(`The barrier named ${JSON.stringify(options.name)} was made with other options`);
}
