import { RingBatch, RingMessage } from '@multiprocess/shared-memory';
import type { ByteRing } from '@multiprocess/shared-memory';

/**
 * Puts as many of the frames as there is room for, with one store and one wake. Never waits.
 *
 * @returns how many, the first ones of them; 'shut' if nothing may be put any more
 */
export function putFrames({ writer }: ByteRing, frames: readonly Uint8Array[]): number | 'shut' {
  if (frames.length === 0) return 0;
  const batch = new RingBatch();
  for (const frame of frames) batch.add(RingMessage.of(frame));
  return writer.tryPutMany(batch) === 'shut' ? 'shut' : batch.put;
}
