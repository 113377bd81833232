/** Is told, once, that nothing it submits would be run any more, and why. */
export type OnRefusal = (newError: () => unknown) => void;

/**
 * Those who submit tasks over a time, as they read inputs. They go on after the pool was closed, since what they have
 * left belongs to what was submitted before.
 */
export class InputSources {
  readonly #open = new Set<OnRefusal>();
  readonly #onEnd: () => void;

  /** @param onEnd called when one has ended by itself */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Whether one may still submit something. */
  get areOpen(): boolean {
    return this.#open.size > 0;
  }

  /** One more. Returns what it calls when it has nothing left, as often as it likes. */
  open(onRefusal: OnRefusal): () => void {
    this.#open.add(onRefusal);
    return () => {
      if (this.#open.delete(onRefusal)) this.#onEnd();
    };
  }

  /** Ends all that there are. */
  refuse(newError: () => unknown): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const onRefusal of open) onRefusal(newError);
  }
}
