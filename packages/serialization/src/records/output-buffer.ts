import { MAX_MESSAGE_BYTES } from '../wire/limits.js';

/** Where the writer writes. It grows by being replaced. */
export interface OutputBuffer {
  bytes: Buffer<ArrayBuffer>;
  words: Int32Array<ArrayBuffer>;
  numbers: DataView<ArrayBuffer>;
}

/** A buffer of so many bytes for the writer. */
export function newOutputBuffer(byteLength: number): OutputBuffer {
  const bytes = Buffer.allocUnsafeSlow((byteLength + 7) & ~7);
  return { bytes, words: new Int32Array(bytes.buffer), numbers: new DataView(bytes.buffer) };
}

/** Makes a buffer at least so long, and keeps its first `used` bytes. */
export function enlarge(buffer: OutputBuffer, byteLength: number, used: number): void {
  const larger = newOutputBuffer(Math.min(MAX_MESSAGE_BYTES, Math.max(byteLength, 2 * buffer.bytes.length)));
  larger.bytes.set(buffer.bytes.subarray(0, used));
  Object.assign(buffer, larger);
}
