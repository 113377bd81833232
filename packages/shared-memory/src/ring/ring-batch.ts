import { RingMessage } from './ring-message.js';
import type { RingRun } from './ring-run.js';

/** Messages on their way into a ring together, and how far they are. */
export class RingBatch {
  readonly #pieces: (RingRun | RingMessage)[] = [];
  /** The piece whose turn it is, and in a run, which of its messages. */
  #piece = 0;
  #index = 0;
  #put = 0;
  #byteLength = 0;

  add(piece: RingRun | RingMessage): void {
    this.#pieces.push(piece);
    this.#byteLength += piece.byteLength;
  }

  /** Of all that was added. */
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

  /** In the run whose turn it is. */
  get index(): number {
    return this.#index;
  }

  /** The message whose turn it is, by itself. */
  get next(): RingMessage | undefined {
    const { piece } = this;
    return piece === undefined || piece instanceof RingMessage ? piece : piece.message(this.#index);
  }

  /** So many messages of the piece have been put. */
  advance(count: number): void {
    const { piece } = this;
    this.#put += count;
    this.#index += count;
    if (piece instanceof RingMessage || this.#index === piece?.count) {
      this.#piece++;
      this.#index = 0;
    }
  }

  /** Copies the bytes that are not put yet and belong to the caller, which may change them during the wait. */
  own(): void {
    for (let i = this.#piece; i < this.#pieces.length; i++) {
      const piece = this.#pieces[i];
      if (piece instanceof RingMessage) this.#pieces[i] = piece.copy();
    }
  }
}
