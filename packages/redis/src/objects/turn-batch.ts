import type { Session } from '../session/session.js';

/** What is asked for in one run of the event loop. */
interface Batch<Item, Reply> {
  readonly items: Item[];
  readonly reply: Promise<Reply>;
}

/** One of a batch: which one it is, and the reply to all. */
export interface Batched<Reply> {
  readonly index: number;
  readonly reply: Promise<Reply>;
}

/**
 * Calls of one kind that are begun in one run of the event loop go to the server together, as one command. Each command costs
 * more than many items.
 *
 * Nothing overtakes them: whatever else the session begins has them sent before.
 */
export class TurnBatch<Item, Reply> {
  readonly #session: Session;
  readonly #most: number;
  readonly #send: (items: readonly Item[]) => Reply | Promise<Reply>;
  #open: Batch<Item, Reply> | undefined;

  constructor(session: Session, most: number, send: (items: readonly Item[]) => Reply | Promise<Reply>) {
    this.#session = session;
    this.#most = most;
    this.#send = send;
  }

  add(item: Item): Batched<Reply> {
    const batch = this.#open ?? this.#begin();
    const index = batch.items.push(item) - 1;
    if (batch.items.length === this.#most) this.#session.sendDeferred();
    return { index, reply: batch.reply };
  }

  #begin(): Batch<Item, Reply> {
    const items: Item[] = [];
    const reply = new Promise<Reply>((resolve) => {
      this.#session.defer(() => {
        this.#open = undefined;
        resolve(this.#send(items));
      });
    });
    const batch = { items, reply };
    this.#open = batch;
    return batch;
  }
}
