import { ByteRing, RING_MAX_BYTES, Segment } from '@multiprocess/shared-memory';

const LIMITS = { maxItems: 0, maxBytes: RING_MAX_BYTES };

/**
 * A segment that begins with a ring without a limit on items. Workers can attach it by its reference until it is closed; if it
 * is `reachable`, also after its file was removed.
 *
 * @throws {@link OutOfMemoryError} if shared memory is full.
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
