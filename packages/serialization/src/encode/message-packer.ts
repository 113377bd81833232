import { RingMessage } from '@multiprocess/shared-memory';
import { Packr, RESERVE_START_SPACE, REUSE_BUFFER_MODE } from 'msgpackr/index-no-eval';
import type { BufferTable } from '../wire/buffer-table.js';
import { MAX_MESSAGE_BYTES } from '../wire/limits.js';
import { BUFFERS_HEADER_BYTES, END_AT, HEADER_BYTES } from '../wire/wire.js';

const INITIAL_BYTES = 64 * 1024;
/** A buffer longer than this is given away with its message instead of being kept for the next. */
const KEPT_BYTES = 512 * 1024;
/** Contents of at least this many bytes are copied only once, to where the message goes; shorter ones are faster to copy twice. */
const WORTH_PARTS = 2048;
/** Views of fewer bytes are made once: making one costs as much as writing five characters. */
const VIEWS_KEPT = 256;

// This build of msgpackr never loads its native part, which gains nothing here, and compiles nothing at run time. It is
// given plain data only, so it never calls other code, nor itself; `docs/design/serialization.md` has the rest.
const packr = new Packr({ useRecords: false, useBigIntExtension: true });

/** What msgpackr returns if it is to make no view: all of its buffer, and where in it the message is. */
type Target = Buffer<ArrayBuffer> & { readonly end: number };

/** Writes messages into a buffer that is used again. */
export class MessagePacker {
  #scratch = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  readonly #views: (Uint8Array | undefined)[] = new Array<undefined>(VIEWS_KEPT).fill(undefined);

  /** The message: a view that is valid until the next. `value` is plain data; see {@link Encoder.plain}. */
  pack(value: unknown, firstByte: number): Uint8Array {
    const { target, end } = this.#pack(value, HEADER_BYTES);
    target[0] = firstByte;
    return this.#message(target, end);
  }

  /** The same, with contents of array buffers. */
  packWithBuffers(value: unknown, firstByte: number, buffers: BufferTable): RingMessage {
    const { target, end } = this.#pack([value, buffers.table()], BUFFERS_HEADER_BYTES);
    target[0] = firstByte;
    target[1] = target[2] = target[3] = 0;
    target.writeUInt32BE(end, END_AT);
    const total = buffers.endAfter(end);
    checkLength(total);
    if (total - end >= WORTH_PARTS) return new RingMessage(this.#message(target, end), end, undefined, buffers.parts());
    const message = total <= target.length ? target : copyOf(target, end, total);
    buffers.writeContents(message, end);
    return RingMessage.of(this.#message(message, total));
  }

  #pack(value: unknown, headerBytes: number): { target: Buffer<ArrayBuffer>; end: number } {
    packr.useBuffer(this.#scratch);
    const target = packr.pack(value, REUSE_BUFFER_MODE | RESERVE_START_SPACE | headerBytes) as Target;
    const { end } = target;
    // Should others in this process use the same build, this makes them take another buffer than ours.
    packr.position = target.length;
    checkLength(end);
    return { target, end };
  }

  #message(bytes: Buffer<ArrayBuffer>, end: number): Uint8Array {
    if (bytes !== this.#scratch) {
      if (bytes.length > KEPT_BYTES) return new Uint8Array(bytes.buffer, 0, end);
      this.#scratch = bytes;
      this.#views.fill(undefined);
    }
    if (end >= VIEWS_KEPT) return new Uint8Array(bytes.buffer, 0, end);
    return (this.#views[end] ??= new Uint8Array(bytes.buffer, 0, end));
  }
}

function copyOf(source: Uint8Array, end: number, length: number): Buffer<ArrayBuffer> {
  const copy = Buffer.allocUnsafeSlow(length);
  copy.set(source.subarray(0, end));
  return copy;
}

function checkLength(length: number): void {
  if (length > MAX_MESSAGE_BYTES) throw new RangeError(`the message is longer than ${MAX_MESSAGE_BYTES} bytes`);
}
