import { clock } from '@multiprocess/shared-memory';
import type { Session } from '../session/session.js';

/**
 * Puts that are begun in one run of the event loop, and need not wait for room, go to the server together: one command for
 * all of them. Each command costs more than many items.
 *
 * Nothing overtakes them: whatever else the session begins has them sent before.
 */
export class PutBatch {
  readonly #session: Session;
  readonly #most: number;
  readonly #send: (items: readonly Buffer[]) => Promise<void>;
  #items: Buffer[] = [];
  #sent: Promise<void> | undefined;
  #flush: (() => void) | undefined;

  constructor(session: Session, most: number, send: (items: readonly Buffer[]) => Promise<void>) {
    this.#session = session;
    this.#most = most;
    this.#send = send;
  }

  add(item: Buffer): Promise<void> {
    if (this.#sent === undefined || this.#items.length >= this.#most) this.#begin();
    this.#items.push(item);
    return this.#sent!;
  }

  #begin(): void {
    this.#flush?.();
    this.#items = [];
    this.#sent = new Promise((resolve) => {
      const flush = (): void => {
        if (this.#flush !== flush) return;
        this.#flush = undefined;
        this.#sent = undefined;
        this.#session.forgetDeferred(flush);
        resolve(this.#send(this.#items));
      };
      this.#flush = flush;
      this.#session.defer(flush);
      clock.nextTick(flush); // after all that runs now, and all promises that it settles
    });
  }
}
