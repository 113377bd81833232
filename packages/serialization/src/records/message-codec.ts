import { RingMessage, takeTransfers } from '@multiprocess/shared-memory';
import type { RingItem } from '@multiprocess/shared-memory';
import { decode, decoding } from '../decode/decode.js';
import { encodeRest, explained } from '../encode/encode.js';
import { HEADER_BYTES } from '../wire/wire.js';
import { RecordReader } from './record-reader.js';
import { RecordWriter } from './record-writer.js';
import { ShapeTable } from './shape-table.js';
import type { ShapeStore } from './shape-table.js';
import { newOutputBuffer } from './output-buffer.js';
import type { OutputBuffer } from './output-buffer.js';
import { RECORDS } from './wire.js';

const INITIAL_BYTES = 64 * 1024;
/** A sheet longer than this is given away with its message instead of being kept for the next. */
const KEPT_BYTES = 512 * 1024;

/** A writer and what it writes on. One a thread, but for hooks and getters that encode something themselves. */
class Pen {
  readonly writer = new RecordWriter();
  sheet: OutputBuffer = newOutputBuffer(INITIAL_BYTES);
}

const idle: Pen[] = [];
// One a thread, since it calls nobody's code.
const reader = new RecordReader();

/**
 * Encodes and decodes the messages of one channel, whose shapes are known to all its users: plain data without anything
 * that `serialize` would need more than one look for goes by a shorter way.
 */
export class MessageCodec {
  readonly #shapes: ShapeTable;

  constructor(store: ShapeStore) {
    this.#shapes = new ShapeTable(store);
  }

  /**
   * The message for `value`. It refers to memory that the next call in this thread uses again, and to the contents of
   * large buffers in `value`: to be copied at once.
   *
   * @throws {SerializationError} If something in the value cannot be carried; its `path` leads there.
   */
  encode(value: unknown): RingMessage {
    const pen = idle.pop() ?? new Pen();
    const end = this.#write(pen, pen.sheet, 0, value);
    const message = end >= 0 ? new RingMessage(pen.sheet.bytes, end, pen.sheet.words) : this.#encodeRest(pen, value);
    if (pen.sheet.bytes.length > KEPT_BYTES) pen.sheet = newOutputBuffer(INITIAL_BYTES);
    idle.push(pen);
    return message;
  }

  /**
   * The same, but writes the message to `sheet` at `at` if it can do so itself.
   *
   * @returns where it ends, or the message
   */
  encodeTo(sheet: OutputBuffer, at: number, value: unknown): number | RingMessage {
    const pen = idle.pop() ?? new Pen();
    const end = this.#write(pen, sheet, at, value);
    const result = end >= 0 ? end : this.#encodeRest(pen, value);
    idle.push(pen);
    return result;
  }

  /** Whether decoding it runs no code but ours. */
  isPlain(item: RingItem): boolean {
    return item.source[item.start] === RECORDS;
  }

  /**
   * The value that was given to {@link encode}. Unless the item is owned, it shares no memory with it.
   *
   * @throws {SerializationError} If the bytes are no message, or refer to what is not registered here.
   */
  decode(item: RingItem): unknown {
    if (!this.isPlain(item)) return decode(item.bytes, item);
    return decoding(() => reader.read(item.source, item.start + HEADER_BYTES, item.end, this.#shapes));
  }

  #write(pen: Pen, sheet: OutputBuffer, at: number, value: unknown): number {
    try {
      const end = pen.writer.write(sheet, at + HEADER_BYTES, value, this.#shapes);
      if (end < 0) return end;
      sheet.bytes[at] = RECORDS;
      pen.writer.forget();
      takeTransfers()?.sent(); // of a message before: this one has no objects that could be given away
      return end;
    } catch (error) {
      throw explained(error);
    }
  }

  #encodeRest(pen: Pen, value: unknown): RingMessage {
    const message = encodeRest(value, pen.writer.snapshot);
    pen.writer.forget();
    return message;
  }
}
