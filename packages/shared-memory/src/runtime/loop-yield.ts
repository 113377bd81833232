import { clock } from '../base/clock.js';

/** How often to yield. Awaiting a settled promise never reaches the event loop, so a loop of such awaits starves timers. */
const MAX_RUN_MS = 10;
/** Reading the clock costs as much as a small item, so it is read once in this many items. */
const ITEMS_BETWEEN_LOOKS = 64;

/** Makes callers that never have to wait yield to the event loop now and then, so that timers and sockets get their turn. */
export class LoopYield {
  #items = 0;
  #lastTurn = clock.now();

  /** A promise to await after a call that put or took items without a wait; usually undefined. */
  yieldIfDue(items = 1): Promise<void> | undefined {
    this.#items += items;
    if (this.#items < ITEMS_BETWEEN_LOOKS) return undefined;
    this.#items = 0;
    if (clock.now() - this.#lastTurn < MAX_RUN_MS) return undefined;
    return new Promise((resolve) => {
      clock.setImmediate(() => {
        this.#lastTurn = clock.now();
        resolve();
      });
    });
  }
}
