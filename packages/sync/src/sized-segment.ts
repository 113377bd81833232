import type { NameOptions } from '@multiprocess/shared-memory';
import { CorruptSegmentError, Segment, namingOf, optionsOf } from '@multiprocess/shared-memory';

/**
 * The segment of an object that always has the same size: a given one, or a new one, or that of the object of the same
 * name.
 *
 * @throws {TypeError} If it is made with what is no options.
 * @throws {CorruptSegmentError} If it has another size.
 * @throws {HandleError} If the name is taken by something else.
 * @throws {OutOfMemoryError} If shared memory is full.
 */
export function sizedSegment(from: Segment | NameOptions, kind: string, byteLength: number): Segment {
  const segment = from instanceof Segment ? from : create(kind, byteLength, from);
  if (segment.byteLength === byteLength) return segment;
  segment.close();
  throw new CorruptSegmentError(
    `${segment.reference} has ${segment.byteLength} bytes, and a ${kind} has ${byteLength}`,
  );
}

function create(kind: string, byteLength: number, options: NameOptions): Segment {
  const naming = namingOf(optionsOf(options, "{ name: 'report' }"));
  return Segment.create({ kind, byteLength, ...naming }).segment;
}
