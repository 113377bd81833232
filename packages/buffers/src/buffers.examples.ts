import { BufferPool } from './index.js';
import type { SharedBuffer } from './index.js';

/** What a `Queue<SharedBuffer>` has, which stands above this package. */
interface Frames {
  put(frame: SharedBuffer): Promise<void>;
  get(): Promise<SharedBuffer>;
}

export async function pool(frames: Frames): Promise<void> {
  // #region pool
  using pool = new BufferPool({ chunkSize: 1920 * 1080 * 4, chunks: 4 });
  const frame = await pool.loan(); // waits while all four are lent
  frame.bytes.fill(255); // shared memory, written in place
  await frames.put(frame); // handed over, not copied: the process that gets it has the chunk, and closes it
  // #endregion
}

// #region stages
/** Writes frames, and hands them on. */
export async function capture(pool: BufferPool, frames: Frames): Promise<void> {
  for (let number = 0; number < 100; number++) {
    const frame = await pool.loan({ timeout: 1000 });
    frame.as('u32').fill(number);
    await frames.put(frame); // this process cannot use it any more
  }
}

/** Takes them, and gives them back. */
export async function view(frames: Frames): Promise<void> {
  for (let count = 0; count < 100; count++) {
    using frame = await frames.get();
    console.log(frame.byteLength, frame.bytes[0]);
  }
}
// #endregion

export function share(buffer: SharedBuffer, readers: readonly { putSync(buffer: SharedBuffer): void }[]): void {
  // #region share
  for (const reader of readers) reader.putSync(buffer.share()); // each has a buffer of its own over the same memory
  buffer.close(); // the chunk is free when the last reader has closed its buffer
  // #endregion
}
