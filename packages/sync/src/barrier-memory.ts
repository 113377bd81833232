import { HandleError, createMemory } from '@multiprocess/shared-memory';
import type { ObjectMemory } from '@multiprocess/shared-memory';
import type { BarrierOptions } from './barrier-options.js';
import { bytesFor, isSamePlan, planOf, readPlan, writePlan } from './barrier-plan.js';

/** What stands in handles of barriers. */
export const BARRIER_KIND = 'sync.Barrier';

/**
 * Makes the memory of a barrier, or attaches to that of the same name.
 *
 * @throws {HandleError} If the name is taken by something else, or by a barrier made with other options.
 */
export function createBarrier(options: BarrierOptions): ObjectMemory {
  const plan = planOf(options);
  const { memory } = createMemory({
    kind: BARRIER_KIND,
    byteLength: bytesFor(plan),
    name: options.name,
    initialise: (made) => {
      writePlan(made, plan);
    },
  });
  if (isSamePlan(readPlan(memory), plan)) return memory;
  memory.close();
  throw new HandleError(`The barrier named ${JSON.stringify(options.name)} was made with other options`);
}
