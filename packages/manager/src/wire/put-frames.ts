import { RingBatch, RingMessage, RingRun } from '@multiprocess/shared-memory';
import type { ByteRing } from '@multiprocess/shared-memory';

const SHEET_BYTES = 64 * 1024;
/** Longer frames go into the ring from where they are. */
const SMALL_BYTES = 2048;

// One a thread: frames are laid out here as they will lie in the ring, and are there when putFrames() returns.
const bytes = new Uint8Array(SHEET_BYTES);
const sheet = { bytes, words: new Int32Array(bytes.buffer) };

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
  let run = new RingRun(sheet, 0);
  for (const frame of frames) {
    const isSmall = frame.length <= SMALL_BYTES && run.place + frame.length + 8 <= SHEET_BYTES;
    if (isSmall) {
      bytes.set(frame, run.place);
      run.add(frame.length);
    } else {
      if (run.count > 0) batch.add(run);
      run = new RingRun(sheet, run.end);
      batch.add(RingMessage.of(frame));
    }
  }
  if (run.count > 0) batch.add(run);
  return ring.writer.tryPutMany(batch) === 'shut' ? 'shut' : batch.put;
}

function putOne({ writer }: ByteRing, frame: Uint8Array): number | 'shut' {
  bytes.set(frame);
  const outcome = writer.tryPut(new RingMessage(bytes, frame.length, sheet.words));
  if (outcome === 'shut') return 'shut';
  return outcome === 'put' ? 1 : 0;
}
