import { task } from 'multiprocess';
import { pixelOf } from './picture.mjs';
import { invert } from './invert.mjs';

/** @import { BufferPool, Queue, SharedBuffer } from 'multiprocess' */

/** First stage: writes each frame where the others will read it. */
export const camera = task(
  import.meta,
  async function camera(
    /** @type {BufferPool} */ pool,
    /** @type {Queue<SharedBuffer>} */ captured,
    /** @type {number} */ count,
  ) {
    for (let number = 0; number < count; number++) {
      const frame = await pool.loan(); // waits while the stages behind have all frames
      const pixels = frame.as('u32');
      for (let i = 0; i < pixels.length; i++) pixels[i] = pixelOf(number, i);
      await captured.put(frame); // handed over: this process cannot use it any more
    }
    captured.shutdown();
    await captured.drained();
  },
);

/** Second stage: changes each frame in place by WebAssembly, and hands it on. */
export const invertAll = task(
  import.meta,
  async function invertAll(/** @type {Queue<SharedBuffer>} */ captured, /** @type {Queue<SharedBuffer>} */ filtered) {
    for await (const frame of captured) {
      invert(frame.bytes);
      await filtered.put(frame);
    }
    filtered.shutdown();
    await filtered.drained();
  },
);
