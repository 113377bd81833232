import { HandleError, createMemory } from '@multiprocess/shared-memory';
import type { ObjectMemory, ObjectPlan } from '@multiprocess/shared-memory';

/** The word with the permits that a semaphore was made with; never changed once others can see it. */
export const VALUE = 0;

/** The permits that a semaphore was created with. */
export function valueIn({ words, firstWord }: ObjectMemory): number {
  return words[firstWord + VALUE] ?? 0;
}

/**
 * The memory of a semaphore: new, or that of the semaphore of the same name.
 *
 * @param wanted the value that was asked for: without, one that is attached to may have been made with any
 * @throws {HandleError} If the name is taken by something else, or by a semaphore made with another `value`.
 * @throws {OutOfMemoryError} If shared memory is full.
 */
export function createPermits(value: number, plan: ObjectPlan, wanted: number | undefined): ObjectMemory {
  const { memory } = createMemory({
    ...plan,
    initialise: (made) => {
      made.words[made.firstWord + VALUE] = value;
      plan.initialise?.(made);
    },
  });
  const found = valueIn(memory);
  if (found === value || (plan.create === false && wanted === undefined)) return memory;
  memory.close();
  throw new HandleError(`The semaphore named ${JSON.stringify(plan.name)} was made with value ${found}, not ${value}`);
}
