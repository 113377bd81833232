import { RingMessage, takeTransfers } from '@multiprocess/shared-memory';
import type { RingItem } from '@multiprocess/shared-memory';
import { decode, decoding } from '../decode/decode.js';
import { encodeRest } from '../encode/encode.js';
import { explained } from '../encode/explained.js';
import { HEADER_BYTES } from '../wire/wire.js';
import { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';
import { ShapeTable } from './shape-table.js';
import type { ShapeStore } from './shape-table.js';
import { newOutputBuffer } from './output-buffer.js';
import type { OutputBuffer } from './output-buffer.js';
import { RECORDS } from './tokens.js';

const INITIAL_BYTES = 64 * 1024;
/** A longer buffer is given away with its message instead of being kept for the next one. */
const KEPT_BYTES = 512 * 1024;

/** A writer and its buffer. One per thread, and more only where hooks and getters encode something themselves. */
class PooledWriter {
  readonly writer = new RecordWriter();
  buffer: OutputBuffer = newOutputBuffer(INITIAL_BYTES);
}

const idle: PooledWriter[] = [];
// One per thread is enough, since it runs no code of the user's.
const reader = new RecordReader();

/**
 * Encodes and decodes the messages of one channel, whose shapes are known to all its users: plain data
 * goes by a shorter way than that of `serialize`.
 */
export class MessageCodec {
  readonly #shapes: ShapeTable;

  constructor(store: ShapeStore) {
    this.#shapes = new ShapeTable(store);
  }

  /**
   * The message for `value`. Copy it at once: it refers to memory that the next call in this thread uses again, and
   * to the contents of large buffers in `value`.
   *
   * @throws {@link SerializationError} if something in the value cannot be serialized; its `path` leads there.
   */
  encode(value: unknown): RingMessage {
    const pooled = idle.pop() ?? new PooledWriter();
    const end = this.#write(pooled, pooled.buffer, 0, value);
    const message =
      end >= 0 ? new RingMessage(pooled.buffer.bytes, end, pooled.buffer.words) : this.#encodeRest(pooled, value);
    if (pooled.buffer.bytes.length > KEPT_BYTES) pooled.buffer = newOutputBuffer(INITIAL_BYTES);
    idle.push(pooled);
    return message;
  }

  /**
   * The same, but writes the message to `buffer` at `at` if it can do so itself.
   *
   * @returns where it ends, or the message
   */
  encodeTo(buffer: OutputBuffer, at: number, value: unknown): number | RingMessage {
    const pooled = idle.pop() ?? new PooledWriter();
    const end = this.#write(pooled, buffer, at, value);
    const result = end >= 0 ? end : this.#encodeRest(pooled, value);
    idle.push(pooled);
    return result;
  }

  /** Whether decoding it runs no code but ours. */
  isPlain(item: RingItem): boolean {
    return item.source[item.start] === RECORDS;
  }

  /**
   * The value that was given to {@link encode}. Unless the item is owned, it shares no memory with it.
   *
   * @throws {@link SerializationError} if the bytes are not a message, or refer to what is not registered here.
   */
  decode(item: RingItem): unknown {
    if (!this.isPlain(item)) return decode(item.bytes, item);
    return decoding(() => reader.read(item.source, item.start + HEADER_BYTES, item.end, this.#shapes));
  }

  #write(pooled: PooledWriter, buffer: OutputBuffer, at: number, value: unknown): number {
    try {
      const end = pooled.writer.write(buffer, at + HEADER_BYTES, value, this.#shapes);
      if (end < 0) return end;
      buffer.bytes[at] = RECORDS;
      pooled.writer.forget();
      takeTransfers()?.sent(); // of an earlier message: this one cannot give objects away
      return end;
    } catch (error) {
      throw explained(error);
    }
  }

  #encodeRest(pooled: PooledWriter, value: unknown): RingMessage {
    const message = encodeRest(value, pooled.writer.snapshot);
    pooled.writer.forget();
    return message;
  }
}
