import { RingBatch, RingMessage, RingRun } from '@multiprocess/shared-memory';
import type { ByteRing } from '@multiprocess/shared-memory';

const OUTPUT_BYTES = 64 * 1024;
/** Longer frames are copied into the ring one by one. */
const SMALL_BYTES = 2048;

// One per thread: several small frames are laid out here as they will lie in the ring, and are in the ring when
// putFrames() returns.
const bytes = new Uint8Array(OUTPUT_BYTES);
const output = { bytes, words: new Int32Array(bytes.buffer) };

/**
 * Puts as many of the frames as there is room for, with one store and one wake. Never waits.
 *
 * @returns how many, the first ones of them; 'shut' if nothing may be put any more
 */
export function putFrames(ring: ByteRing, frames: readonly Uint8Array[]): number | 'shut' {
  const [first] = frames;
  if (first === undefined) return 0;
  if (frames.length === 1 && first.length <= SMALL_BYTES) return putOne(ring, first);
  const batch = new RingBatch();
  let run = new RingRun(output, 0);
  for (const frame of frames) {
    const isSmall = frame.length <= SMALL_BYTES && run.place + frame.length + 8 <= OUTPUT_BYTES;
    if (isSmall) {
      bytes.set(frame, run.place);
      run.add(frame.length);
    } else {
      if (run.count > 0) batch.add(run);
      run = new RingRun(output, run.end);
      batch.add(RingMessage.of(frame));
    }
  }
  if (run.count > 0) batch.add(run);
  return ring.writer.tryPutMany(batch) === 'shut' ? 'shut' : batch.put;
}

function putOne({ writer }: ByteRing, frame: Uint8Array): number | 'shut' {
  const outcome = writer.tryPut(RingMessage.of(frame));
  if (outcome === 'shut') return 'shut';
  return outcome === 'put' ? 1 : 0;
}
