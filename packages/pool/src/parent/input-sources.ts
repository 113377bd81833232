/** Called once, when tasks of the source would no longer be run. `newError` creates the reason. */
export type OnRefusal = (newError: () => unknown) => void;

/**
 * Iterations that submit tasks as they read their inputs. They go on after the pool is closed, since their inputs count as
 * submitted before.
 */
export class InputSources {
  readonly #open = new Set<OnRefusal>();
  readonly #onEnd: () => void;

  /** @param onEnd called when a source has ended by itself */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Whether any source may still submit tasks. */
  get areOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Adds a source. Returns the function that ends it, which is idempotent. */
  open(onRefusal: OnRefusal): () => void {
    this.#open.add(onRefusal);
    return () => {
      if (this.#open.delete(onRefusal)) this.#onEnd();
    };
  }

  /** Ends all sources. */
  refuse(newError: () => unknown): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const onRefusal of open) onRefusal(newError);
  }
}
