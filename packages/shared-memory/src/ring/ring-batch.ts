import { RingMessage } from './ring-message.js';
import type { RingRun } from './ring-run.js';

/** Messages that are put into a ring together, and how many of them have been put. */
export class RingBatch {
  readonly #pieces: (RingRun | RingMessage)[] = [];
  /** The next piece, and the next message in it if it is a run. */
  #piece = 0;
  #index = 0;
  #put = 0;
  #byteLength = 0;
  #isOwn = false;

  /** Adds a message, or a run of messages, at the end. */
  add(piece: RingRun | RingMessage): void {
    this.#pieces.push(piece);
    this.#byteLength += piece.byteLength;
  }

  /** Bytes of all messages. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** How many messages have been put. */
  get put(): number {
    return this.#put;
  }

  get piece(): RingRun | RingMessage | undefined {
    return this.#pieces[this.#piece];
  }

  /** The next message in the run. */
  get index(): number {
    return this.#index;
  }

  /** The next message by itself. */
  get next(): RingMessage | undefined {
    const { piece } = this;
    return piece === undefined || piece instanceof RingMessage ? piece : piece.message(this.#index);
  }

  /** Notes that `count` messages of the piece have been put. */
  advance(count: number): void {
    const { piece } = this;
    this.#put += count;
    this.#index += count;
    if (piece instanceof RingMessage || this.#index === piece?.count) {
      this.#piece++;
      this.#index = 0;
    }
  }

  /** Copies bytes of the caller that have not been put yet, since the caller may change them during a wait. */
  own(): void {
    if (this.#isOwn) return;
    this.#isOwn = true;
    for (let i = this.#piece; i < this.#pieces.length; i++) {
      const piece = this.#pieces[i];
      if (piece instanceof RingMessage) this.#pieces[i] = piece.copy();
    }
  }
}
