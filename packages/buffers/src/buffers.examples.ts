import { BufferPool } from './index.js';
import type { SharedBuffer } from './index.js';

export async function pool(frames: { put(frame: SharedBuffer): Promise<void> }): Promise<void> {
  // #region pool
  using pool = new BufferPool({ chunkSize: 1920 * 1080 * 4, chunks: 4 });
  const frame = await pool.loan(); // waits while all four are lent
  frame.bytes.fill(255); // shared memory, written in place
  await frames.put(frame); // handed over, not copied: the process that gets it has the chunk, and closes it
  // #endregion pool
}
