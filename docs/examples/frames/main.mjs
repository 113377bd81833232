// Frames of a camera through three processes without a copy of a frame: node main.mjs [frames].
import { crc32 } from 'node:zlib';
import { BufferPool, isMainProcess, Process, Queue } from 'multiprocess';
import { FrameRate } from './frame-rate.mjs';
import { FRAME_BYTES, inverted, pixelOf } from './picture.mjs';
import { camera, invertAll } from './stages.mjs';

if (isMainProcess) await main(Number(process.argv[2] ?? 120));

async function main(count) {
  // The pool is made here, so that it is there as long as the last stage is.
  const pool = new BufferPool({ chunkSize: FRAME_BYTES, chunks: 4 });
  const captured = new Queue();
  const filtered = new Queue();
  const stages = [
    new Process({ target: camera, args: [pool, captured, count] }),
    new Process({ target: invertAll, args: [captured, filtered] }),
  ];
  for (const stage of stages) stage.start();

  const rate = new FrameRate();
  let right = 0;
  for await (const frame of filtered) {
    // Native code gets the memory itself: what reads or writes a Buffer, such as zlib, node:crypto, fs or an image library.
    const checksum = crc32(frame.buffer);
    if (isRight(frame, rate.frames)) right++;
    frame.close(); // the camera can have it again
    rate.tell(checksum);
  }
  for (const stage of stages) await stage.join();
  rate.end();
  const allBack = pool.free === pool.chunks;
  console.log(right === count && allBack ? 'All frames are right, and all are back.' : 'A FRAME IS WRONG OR LOST.');
  process.exitCode = right === count && allBack ? 0 : 1;
}

/** Whether the frame shows what the camera has taken, inverted: some pixels of it. */
function isRight(frame, number) {
  const pixels = frame.as('u32');
  for (let i = number % 97; i < pixels.length; i += 9973) {
    if (pixels[i] !== inverted(pixelOf(number, i))) return false;
  }
  return true;
}
