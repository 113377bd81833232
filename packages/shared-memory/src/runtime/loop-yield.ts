import { clock } from '../base/clock.js';

/** Awaiting what is there already never reaches the event loop; so a loop that finds something each time starves timers. */
const MAX_BREATH_MS = 10;
/** Looking at the clock costs as much as a small item, so it is done once in so many items. */
const ITEMS_BETWEEN_LOOKS = 64;

/** Sends callers that never had to wait through the event loop now and then, so that timers and sockets get their turn. */
export class LoopYield {
  #items = 0;
  #lastTurn = clock.now();

  /** What to await after a call that put or took so many items and did not have to wait: usually nothing. */
  breath(items = 1): Promise<void> | undefined {
    this.#items += items;
    if (this.#items < ITEMS_BETWEEN_LOOKS) return undefined;
    this.#items = 0;
    if (clock.now() - this.#lastTurn < MAX_BREATH_MS) return undefined;
    return new Promise((resolve) => {
      clock.setImmediate(() => {
        this.#lastTurn = clock.now();
        resolve();
      });
    });
  }
}
