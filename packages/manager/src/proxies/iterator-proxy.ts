import { registerProxy } from './attach-proxy.js';
import { ManagerProxy } from './manager-proxy.js';

/** A generator that runs in a manager: each step is a call. What {@link Manager.create} gives for one. */
export class IteratorProxy<T = unknown> extends ManagerProxy implements AsyncIterableIterator<T, unknown, unknown> {
  protected readonly kind = 'IteratorProxy';

  /** The steps, each of which blocks the thread. */
  get sync(): IterableIterator<T, unknown, unknown> {
    const iterator: IterableIterator<T, unknown, unknown> = {
      next: (...args) => this.callSync('next', args) as IteratorResult<T>,
      return: (value) => this.callSync('return', [value]) as IteratorResult<T>,
      throw: (error) => this.callSync('throw', [error]) as IteratorResult<T>,
      [Symbol.iterator]: () => iterator,
    };
    return iterator;
  }

  /** Runs the generator up to its next `yield`, in the server. */
  async next(...args: [] | [unknown]): Promise<IteratorResult<T>> {
    return (await this.call('next', args)) as IteratorResult<T>;
  }

  /** Ends the generator, which runs its `finally` first. */
  async return(value?: unknown): Promise<IteratorResult<T>> {
    return (await this.call('return', [value])) as IteratorResult<T>;
  }

  /** Throws the error at the `yield` where the generator stands. */
  async throw(error?: unknown): Promise<IteratorResult<T>> {
    return (await this.call('throw', [error])) as IteratorResult<T>;
  }

  /** Itself: it is iterated once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Lets the generator run its `finally`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
    this.close();
  }
}

registerProxy('IteratorProxy', IteratorProxy);
