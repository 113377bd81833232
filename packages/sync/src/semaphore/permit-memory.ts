import {
  checkInteger,
  checkNaming,
  checkOptions,
  createMemory,
  HandleError,
  NAME_OPTIONS,
} from '@multiprocess/shared-memory';
import type { NameOptions, NumberLimits, ObjectMemory } from '@multiprocess/shared-memory';

/** The word with the initial number of permits. Never changes once other threads can see it. */
export const VALUE = 0;

/** How many permits a call may release. */
export const RELEASED: NumberLimits = { min: 1, unit: 'permits' };

/** The number of permits that a semaphore was created with. */
export function valueIn({ words, firstWord }: ObjectMemory): number {
  return words[firstWord + VALUE] ?? 0;
}

/** How to create a semaphore. */
export interface SemaphoreOptions extends NameOptions {
  /** How many permits there are at first. Default: 1. */
  readonly value?: number | undefined;
}

/** The memory layout of a class of semaphores. */
interface PermitLayout {
  readonly kind: string;
  readonly maxPermits: number;
  readonly bytesFor: (permits: number) => number;
  /** Writes what a new semaphore starts with, beside {@link VALUE}. */
  readonly initialise?: (memory: ObjectMemory, permits: number) => void;
}

/**
 * The memory of a semaphore: new, or that of the semaphore of the same name.
 *
 * @throws {@link TypeError} or {@link RangeError} if `value` is not a whole number from 0 to the most permits.
 * @throws {@link HandleError} if the name is taken by something else, or by a semaphore made with another `value`.
 * @throws {@link OutOfMemoryError} if shared memory is full.
 */
export function createPermits(options: SemaphoreOptions, layout: PermitLayout): ObjectMemory {
  const given = checkOptions(options, '{ value: 4 }', [...NAME_OPTIONS, 'value']);
  const { value = 1 } = given;
  checkInteger('value', value, { max: layout.maxPermits, unit: 'permits' });
  const naming = checkNaming(given);
  const { memory } = createMemory({
    kind: layout.kind,
    byteLength: layout.bytesFor(value),
    ...naming,
    initialise: (made) => {
      made.words[made.firstWord + VALUE] = value;
      layout.initialise?.(made, value);
    },
  });
  const found = valueIn(memory);
  if (found === value || (!naming.create && given.value === undefined)) return memory;
  memory.close();
  throw new HandleError(
    `The semaphore named ${JSON.stringify(naming.name)} was made with value ${found}, not ${value}`,
  );
}
