import { CorruptSegmentError, Segment } from '@multiprocess/shared-memory';

/**
 * The segment of an object that always has the same size: a given one, or a new one, or that of the object of the same
 * name.
 *
 * @throws {CorruptSegmentError} If it has another size.
 * @throws {HandleError} If the name is taken by something else.
 * @throws {OutOfMemoryError} If shared memory is full.
 */
export function sizedSegment(
  from: Segment | { readonly name?: string | undefined },
  kind: string,
  byteLength: number,
): Segment {
  const segment = from instanceof Segment ? from : Segment.create({ kind, byteLength, name: from.name }).segment;
  if (segment.byteLength === byteLength) return segment;
  segment.close();
  throw new CorruptSegmentError(
    `${segment.reference} has ${segment.byteLength} bytes, and a ${kind} has ${byteLength}`,
  );
}
