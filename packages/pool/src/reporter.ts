import { serializeThrown } from '@multiprocess/process';
import { encode } from '@multiprocess/serialization';
import { Line } from '@multiprocess/shared-memory';
import { ERROR, ID, KIND, MICROS, RESULT_HEADER_BYTES, VALUE } from './messages.js';
import type { Results } from './results.js';

const FIRST_BYTES = 16_384;
/** What was needed for a large result is let go again. */
const MOST_KEPT_BYTES = 1 << 20;

/** In a worker: tells the pool how things ended. One at a time. */
export class Reporter {
  readonly #results: Results;
  readonly #line: Line;
  #bytes = new Uint8Array(FIRST_BYTES);
  #words = new Int32Array(this.#bytes.buffer);

  constructor(results: Results) {
    this.#results = results;
    this.#line = new Line(results.parker);
  }

  /** Publishes a value, or the error that it cannot be carried. Returns a promise only if there is no room at once. */
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

  send(kind: number, id: number, micros: number, body: Uint8Array): Promise<void> | undefined {
    const byteLength = RESULT_HEADER_BYTES + body.byteLength;
    if (byteLength > this.#bytes.byteLength) this.#resize(byteLength);
    this.#words[KIND] = kind;
    this.#words[ID] = id;
    this.#words[MICROS] = micros;
    this.#bytes.set(body, RESULT_HEADER_BYTES);
    const message = this.#bytes.subarray(0, byteLength);
    if (this.#bytes.byteLength > MOST_KEPT_BYTES) this.#resize(FIRST_BYTES);
    if (this.#results.writer.tryPut(message) === 'put') return undefined;
    return this.#line.wait(() => this.#results.writer.putting(message), Infinity).then(() => undefined);
  }

  #resize(byteLength: number): void {
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(byteLength))));
    this.#words = new Int32Array(this.#bytes.buffer);
  }
}
