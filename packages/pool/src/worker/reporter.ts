import { serializeThrown } from '@multiprocess/process';
import { encode, serialize } from '@multiprocess/serialization';
import { CorruptSegmentError, OutOfMemoryError, WaitQueue, waitSync } from '@multiprocess/shared-memory';
import { ERROR, ID, KIND, MICROS, PROGRESS, RESULT_HEADER_BYTES, VALUE } from '../wire/messages.js';
import type { Results } from '../wire/results.js';

const FIRST_BYTES = 16_384;
/** A larger buffer is not kept. */
const MAX_KEPT_BYTES = 1 << 20;

/** In a worker: sends results to the pool, one at a time. */
export class Reporter {
  readonly #results: Results;
  readonly #waitQueue: WaitQueue;
  #bytes = new Uint8Array(FIRST_BYTES);
  #words = new Int32Array(this.#bytes.buffer);

  constructor(results: Results) {
    this.#results = results;
    this.#waitQueue = new WaitQueue(results.parker);
  }

  /** Publishes a value, or the error of its serialization. Returns a promise only if it has to wait for room. */
  value(id: number, micros: number, value: unknown): Promise<void> | undefined {
    let body: Uint8Array;
    try {
      body = encode(value);
      this.#results.writer.checkFits(body.byteLength + RESULT_HEADER_BYTES);
    } catch (error) {
      return this.error(id, micros, error);
    }
    return this.send(VALUE, id, micros, body);
  }

  error(id: number, micros: number, error: unknown): Promise<void> | undefined {
    return this.send(ERROR, id, micros, serializeThrown(error));
  }

  /**
   * Publishes a value that a running task reports. Blocks while the ring has no room and cannot grow.
   *
   * @throws {@link SerializationError} if it cannot be serialized. @throws {@link OutOfMemoryError} if shared memory is full.
   */
  progress(id: number, value: unknown): void {
    const { parker, writer, reference } = this.#results;
    const body = encode(value);
    writer.checkFits(body.byteLength + RESULT_HEADER_BYTES);
    const message = this.#message(PROGRESS, id, 0, body);
    if (writer.tryPut(message) === 'put') return;
    if (waitSync(parker, writer.putting(message, 'wait'), Infinity) !== 'put')
      throw new CorruptSegmentError(`The ring of results ${reference} was shut`);
  }

  /**
   * Publishes a message. If the ring would have to grow and shared memory is full, it waits for room for a short error that
   * says so.
   *
   * @throws {@link CorruptSegmentError} if the ring contradicts itself.
   */
  send(kind: number, id: number, micros: number, body: Uint8Array): Promise<void> | undefined {
    const message = this.#message(kind, id, micros, body);
    if (this.#results.writer.tryPut(message) === 'put') return undefined;
    return this.#sendLater(message, kind, id, micros);
  }

  async #sendLater(message: Uint8Array, kind: number, id: number, micros: number): Promise<void> {
    try {
      await this.#put(message);
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      const brief = serialize(new OutOfMemoryError(error.message));
      await this.#put(this.#message(kind === VALUE ? ERROR : kind, id, micros, brief));
    }
  }

  async #put(message: Uint8Array): Promise<void> {
    const outcome = await this.#waitQueue.wait(() => this.#results.writer.putting(message, 'wait'), Infinity);
    if (outcome !== 'put') throw new CorruptSegmentError(`The ring of results ${this.#results.reference} was shut`);
  }

  #message(kind: number, id: number, micros: number, body: Uint8Array): Uint8Array {
    const byteLength = RESULT_HEADER_BYTES + body.byteLength;
    if (byteLength > this.#bytes.byteLength) this.#resize(byteLength);
    this.#words[KIND] = kind;
    this.#words[ID] = id;
    this.#words[MICROS] = micros;
    this.#bytes.set(body, RESULT_HEADER_BYTES);
    const message = this.#bytes.subarray(0, byteLength);
    if (this.#bytes.byteLength > MAX_KEPT_BYTES) this.#resize(FIRST_BYTES);
    return message;
  }

  #resize(byteLength: number): void {
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(byteLength))));
    this.#words = new Int32Array(this.#bytes.buffer);
  }
}
