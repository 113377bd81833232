import { checkSignal, checkTimeout, settleOnce, TimeoutError } from '@multiprocess/shared-memory';
import type { Settling, WaitOptions } from '@multiprocess/shared-memory';

/** Things that arrive, and callers that await them, both in order. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #takers = new Set<Settling<T>>();
  #end: (() => Error) | undefined;

  get size(): number {
    return this.#items.length;
  }

  /** Whether a caller waits. */
  get isAwaited(): boolean {
    return this.#takers.size > 0;
  }

  /** Gives it to the call that has waited longest, or keeps it. */
  put(item: T): void {
    const [first] = this.#takers;
    if (first === undefined) this.#items.push(item);
    else first.resolve(item);
  }

  /** Rejects the call that has waited longest. Returns whether there was one. */
  fail(error: Error): boolean {
    const [first] = this.#takers;
    first?.reject(error);
    return first !== undefined;
  }

  /** Nothing more will come; what is there can still be taken. */
  end(newError: () => Error): void {
    this.#end ??= newError;
    for (const taker of [...this.#takers]) taker.reject(newError());
  }

  /** Throws away what is there. */
  clear(): T[] {
    return this.#items.splice(0);
  }

  /**
   * The next one.
   *
   * @throws {@link TimeoutError} after a timeout. Nothing was taken.
   * @throws {@link AbortSignal.reason | the signal's reason}, or what it was ended with
   */
  async take(options: WaitOptions | undefined, what: string, known?: readonly string[]): Promise<T> {
    const timeout = checkTimeout(options, known);
    const signal = checkSignal(options);
    if (this.#items.length > 0) return this.#items.shift() as T;
    if (this.#end !== undefined) throw this.#end();
    const late = (): TimeoutError => new TimeoutError(`${what} within ${timeout} ms`);
    if (timeout === 0) throw late();
    const onTimeout = (taker: Settling<T>): void => {
      taker.reject(late());
    };
    // What it takes from, a server or a connection, holds the loop, or not.
    return settleOnce({ timeout, signal, onTimeout, holdsLoop: false }, (taker) => {
      this.#takers.add(taker);
      return () => {
        this.#takers.delete(taker);
      };
    });
  }

  /** Puts back what was only looked at. */
  unshift(item: T): void {
    const [first] = this.#takers;
    if (first === undefined) this.#items.unshift(item);
    else first.resolve(item);
  }
}
