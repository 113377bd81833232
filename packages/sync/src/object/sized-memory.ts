import type { NameOptions } from '@multiprocess/shared-memory';
import {
  checkNaming,
  checkOptions,
  CorruptSegmentError,
  createMemory,
  NAME_OPTIONS,
  ObjectMemory,
} from '@multiprocess/shared-memory';

/**
 * The memory of an object of a fixed size: as given, or new, or that of the object of the same name.
 *
 * @throws {@link TypeError} if the options are not an object.
 * @throws {@link CorruptSegmentError} if it has another size.
 * @throws {@link HandleError} if the name is taken by something else.
 * @throws {@link OutOfMemoryError} if shared memory is full.
 */
export function sizedMemory(from: ObjectMemory | NameOptions, kind: string, byteLength: number): ObjectMemory {
  return checkedSize(from instanceof ObjectMemory ? from : create(kind, byteLength, from), kind, byteLength);
}

/** @throws {@link CorruptSegmentError} if it has another size. It is closed then. */
export function checkedSize(memory: ObjectMemory, kind: string, byteLength: number): ObjectMemory {
  if (memory.byteLength === byteLength) return memory;
  memory.close();
  throw new CorruptSegmentError(`${memory.reference} has ${memory.byteLength} bytes, and a ${kind} has ${byteLength}`);
}

function create(kind: string, byteLength: number, options: NameOptions): ObjectMemory {
  const naming = checkNaming(checkOptions(options, "{ name: 'report' }", NAME_OPTIONS));
  return createMemory({ kind, byteLength, ...naming }).memory;
}
