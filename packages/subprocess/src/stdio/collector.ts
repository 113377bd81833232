import type { Readable } from 'node:stream';

/** Collects the bytes of a stream until it ends. */
export class Collector {
  readonly ended: Promise<void>;
  readonly #chunks: Buffer[] = [];
  #byteLength = 0;

  /**
   * @param onTooMuch called once, when there are more than `max` bytes; the rest is dropped
   * @param onBytes called with the bytes that are kept, as they arrive
   */
  constructor(stream: Readable, max: number, onTooMuch: () => void, onBytes?: (bytes: Buffer) => void) {
    let full = false;
    stream.on('data', (chunk: Buffer) => {
      if (full) return;
      const room = max - this.#byteLength;
      full = chunk.length > room;
      const kept = full ? chunk.subarray(0, room) : chunk;
      this.#chunks.push(kept);
      onBytes?.(kept);
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
