/** Awaiting what is there already never reaches the event loop; so a loop that finds something each time starves timers. */
const LONGEST_BREATH_MS = 10;
/** Looking at the clock costs as much as a small item, so only every so many calls do. */
const CALLS_BETWEEN_LOOKS = 64;

/** Sends callers that never had to wait through the event loop now and then, so that timers and sockets get their turn. */
export class Breather {
  #calls = 0;
  #lastTurn = performance.now();

  /** What to await after a call that did not have to wait: usually nothing. */
  breath(): Promise<void> | undefined {
    if (++this.#calls % CALLS_BETWEEN_LOOKS !== 0) return undefined;
    if (performance.now() - this.#lastTurn < LONGEST_BREATH_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#lastTurn = performance.now();
        resolve();
      });
    });
  }
}
