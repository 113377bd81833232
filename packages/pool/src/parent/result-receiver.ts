import { CorruptSegmentError, runAtOnce } from '@multiprocess/shared-memory';
import type { Coroutine, RingItem } from '@multiprocess/shared-memory';
import { ERROR, ID, KIND, MICROS, PROGRESS, RESULT_HEADER_BYTES, VALUE } from '../wire/messages.js';
import type { Body } from '../wire/messages.js';
import type { Results } from '../wire/results.js';

/** Results taken from the ring at a time. */
const BATCH = 256;

/** Handles the reports of workers. */
interface ResultHandler {
  /** A task has ended: `kind` is VALUE or ERROR. */
  ended(id: number, kind: number, micros: number, body: Body): void;
  /** A task reports a value while it runs. */
  reported(id: number, body: Body): void;
  /** The start of a worker has ended: `kind` is READY or BROKEN. */
  started(number: number, kind: number | undefined, body: Body): void;
  /** The ring is damaged. */
  failed(error: unknown): void;
}

/** Takes what workers report from the ring of results. */
export class ResultReceiver {
  readonly #results: Results;
  readonly #handler: ResultHandler;
  #hasFailed = false;

  constructor(results: Results, handler: ResultHandler) {
    this.#results = results;
    this.#handler = handler;
  }

  /** Whether all that was published before the call has been taken, or the ring is damaged. */
  get isDrained(): boolean {
    return this.#hasFailed || this.#results.isEmpty;
  }

  /**
   * Waits for the first result and takes all that are there. After an error of the ring, which is reported to the handler
   * once, it waits for ever.
   */
  *receiving(): Coroutine<number> {
    try {
      if (!this.#hasFailed) {
        const outcome = yield* this.#results.reader.gettingMany(Infinity, this.#receive, BATCH);
        if (outcome !== 'shut') return outcome;
        throw new CorruptSegmentError(`The ring of results ${this.#results.reference} was shut`);
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#handler.failed(error);
    }
    return yield* this.#results.resting();
  }

  /** Takes all results that are there, without waiting. */
  drain(): void {
    runAtOnce(this.#results.parker, this.receiving());
  }

  readonly #receive = (items: readonly RingItem[]): boolean => {
    for (const item of items) this.#dispatch(item);
    return true;
  };

  #dispatch({ bytes, owned }: RingItem): void {
    if (bytes.byteLength < RESULT_HEADER_BYTES) return;
    const header = new Int32Array(bytes.buffer, bytes.byteOffset, RESULT_HEADER_BYTES >> 2);
    const kind = header[KIND];
    const id = header[ID]! >>> 0;
    const body: Body = { bytes: bytes.subarray(RESULT_HEADER_BYTES), owned };
    if (kind === VALUE || kind === ERROR) this.#handler.ended(id, kind, header[MICROS]!, body);
    else if (kind === PROGRESS) this.#handler.reported(id, body);
    else this.#handler.started(id, kind, body);
  }
}
