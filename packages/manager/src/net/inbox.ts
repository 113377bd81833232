import { LongTimer, TimeoutError, reasonOf, signalOf, timeoutOf } from '@multiprocess/shared-memory';
import type { WaitOptions } from '@multiprocess/shared-memory';

interface Taker<T> {
  readonly take: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/** Things that arrive, and callers that await them, both in order. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #takers = new Set<Taker<T>>();
  #end: (() => Error) | undefined;

  get size(): number {
    return this.#items.length;
  }

  /** Whether anybody waits. */
  get isAwaited(): boolean {
    return this.#takers.size > 0;
  }

  /** Gives it to who waits, or keeps it. */
  put(item: T): void {
    const [first] = this.#takers;
    if (first === undefined) this.#items.push(item);
    else first.take(item);
  }

  /** Something went wrong instead: whoever has waited longest is told. Returns whether there was one. */
  fail(error: Error): boolean {
    const [first] = this.#takers;
    first?.fail(error);
    return first !== undefined;
  }

  /** Nothing will come any more; what is there can be taken first. */
  end(newError: () => Error): void {
    this.#end ??= newError;
    for (const taker of [...this.#takers]) taker.fail(newError());
  }

  /** Throws away what is there. */
  clear(): T[] {
    return this.#items.splice(0);
  }

  /**
   * The next one.
   *
   * @throws {TimeoutError} If the time was over first. Nothing was taken.
   * @throws the signal's reason, or what it was ended with
   */
  async take(options: WaitOptions | undefined, what: string): Promise<T> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    if (this.#items.length > 0) return this.#items.shift() as T;
    if (this.#end !== undefined) throw this.#end();
    const late = (): TimeoutError => new TimeoutError(`${what} within ${timeout} ms`);
    if (timeout === 0) throw late();
    return new Promise<T>((resolve, reject) => {
      const settle = (how: () => void): void => {
        this.#takers.delete(taker);
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
        how();
      };
      const taker: Taker<T> = {
        take: (item) => settle(() => resolve(item)),
        fail: (error) => settle(() => reject(error)),
      };
      const onAbort = (): void => taker.fail(reasonOf(signal));
      const timer = timeout === Infinity ? undefined : new LongTimer(timeout, () => taker.fail(late()));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#takers.add(taker);
    });
  }

  /** Puts back what was only looked at. */
  unshift(item: T): void {
    const [first] = this.#takers;
    if (first === undefined) this.#items.unshift(item);
    else first.take(item);
  }
}
