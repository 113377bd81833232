import { ByteRing, RING_MOST_BYTES, Segment } from '@multiprocess/shared-memory';

const LIMITS = { mostItems: 0, mostBytes: RING_MOST_BYTES };

/**
 * A segment that begins with a ring for as much as there is room for. It is there until it is closed, for the workers, who
 * find it by its reference; if it is `reachable`, also those that come when its file was removed by others.
 *
 * @throws {OutOfMemoryError} If shared memory is full.
 */
export function createRingSegment(kind: string, { reachable = false } = {}): Segment {
  const { segment } = Segment.create({
    kind,
    reachable,
    ...ByteRing.plan(LIMITS),
    initialise: (made) => {
      ByteRing.initialise(made, LIMITS);
    },
  });
  segment.keep();
  return segment;
}
