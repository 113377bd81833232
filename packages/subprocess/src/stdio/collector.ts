import type { Readable } from 'node:stream';

/** Everything that comes out of a stream, from the first moment on, for as long as it takes. */
export class Collector {
  readonly ended: Promise<void>;
  readonly #chunks: Buffer[] = [];
  #byteLength = 0;

  /** @param onTooMuch called once, when there were more than `most` bytes; what is beyond is dropped */
  constructor(stream: Readable, most: number, onTooMuch: () => void) {
    let full = false;
    stream.on('data', (chunk: Buffer) => {
      if (full) return;
      const room = most - this.#byteLength;
      full = chunk.length > room;
      this.#chunks.push(full ? chunk.subarray(0, room) : chunk);
      this.#byteLength += Math.min(chunk.length, room);
      if (full) onTooMuch();
    });
    this.ended = new Promise((resolve) => {
      stream.once('close', resolve);
    });
    stream.on('error', () => undefined); // ends it, which is what counts
    if (stream.closed) this.ended = Promise.resolve();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
