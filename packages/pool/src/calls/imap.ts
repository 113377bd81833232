import { deserialize } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { cancelledError } from './async-result.js';
import { blockOf } from '../wire/item-block.js';
import { EACH } from '../wire/messages.js';
import type { PoolTask } from '../parent/pool-task.js';
import type { Outcome } from '../worker/run-chunk.js';
import type { Submitter } from './submitter.js';
import { isAsyncIterable } from './task-options.js';

/** Whether results come in the order of their inputs, or in that in which they are done. */
export type ImapOrder = 'ordered' | 'unordered';

/** What an imap is made of. */
interface ImapPlan {
  readonly fn: AnyFunction;
  readonly inputs: Iterable<unknown> | AsyncIterable<unknown>;
  readonly chunksize: number;
  /** How many inputs may have been read whose results have not been taken. */
  readonly window: number;
  readonly order: ImapOrder;
}

/** Inputs that travel together, and what has come of them. */
interface Chunk {
  readonly deliveries: Delivery[];
  isDone: boolean;
}

/** Gives a result, or throws what has become of it. */
type Delivery = () => unknown;

/** Nobody can abort one of them. */
const NO_LIMITS = { timeout: Infinity, abortable: false };

/** Results one by one, as they are asked for. An input that fails makes one call of `next` reject; the others go on. */
export class Imap<R> implements AsyncIterableIterator<R> {
  readonly #submitter: Submitter;
  readonly #plan: ImapPlan;
  readonly #inputs: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #awaitsInputs: boolean;
  readonly #deliveries: AsyncGenerator<Delivery, void, void>;
  /** In the order in which they are to be delivered. */
  readonly #chunks: Chunk[] = [];
  readonly #tasks = new Set<PoolTask>();
  readonly #endFeed: () => void;
  #submitted = 0;
  /** Read and not delivered. */
  #ahead = 0;
  #isReading = false;
  #isAtEnd = false;
  /** Nothing is submitted any more, also if inputs come that have been asked for. */
  #isLeft = false;
  #wake: (() => void) | undefined;

  constructor(submitter: Submitter, plan: ImapPlan) {
    this.#submitter = submitter;
    this.#plan = plan;
    const { inputs } = plan;
    this.#awaitsInputs = isAsyncIterable(inputs);
    this.#inputs = isAsyncIterable(inputs) ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#deliveries = this.#deliver();
    this.#endFeed = submitter.feeds.open((newError) => {
      this.#leave();
      this.#fail(newError());
      this.#wake?.();
      // What the inputs throw now comes too late for anybody to be told.
      void this.#endInputs().catch(() => undefined);
    });
    void this.#read();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next result. Rejects with what its call has thrown, or the input's iterator; the one after that may be asked for all the same. */
  async next(): Promise<IteratorResult<R>> {
    const { value: delivery } = await this.#deliveries.next();
    if (delivery === undefined) return { done: true, value: undefined };
    return { done: false, value: delivery() as R };
  }

  /** Reads no more inputs, and takes back what has not begun. */
  async return(): Promise<IteratorResult<R>> {
    this.#leave();
    this.#wake?.();
    for (const task of this.#tasks) this.#submitter.cancel([task], cancelledError);
    await this.#deliveries.return();
    await this.#endInputs();
    return { done: true, value: undefined };
  }

  async *#deliver(): AsyncGenerator<Delivery, void, void> {
    for (;;) {
      void this.#read();
      const index = this.#plan.order === 'ordered' ? 0 : this.#chunks.findIndex(({ isDone }) => isDone);
      const chunk = this.#chunks[index];
      if (chunk?.isDone === true) {
        this.#chunks.splice(index, 1);
        for (const delivery of chunk.deliveries) {
          this.#ahead--;
          yield delivery;
          void this.#read();
        }
      } else if (this.#chunks.length === 0 && this.#isAtEnd && (this.#isLeft || !this.#isReading)) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  /** Reads and submits as long as there is room ahead. One at a time: an asynchronous input may take its time. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const { chunksize, window } = this.#plan;
    const size = Math.min(chunksize, window);
    while (!this.#isAtEnd && this.#ahead + size <= window) {
      const items: unknown[] = [];
      let failed: { readonly error: unknown } | undefined;
      try {
        await this.#readInto(items, size);
      } catch (error) {
        failed = { error };
      }
      if (this.#isLeft) return;
      if (items.length > 0) this.#submit(items); // what came before a failure counts
      if (failed !== undefined) this.#fail(failed.error);
    }
    this.#isReading = false;
    if (this.#isAtEnd) this.#endFeed();
    this.#wake?.();
  }

  #leave(): void {
    this.#isAtEnd = this.#isLeft = true;
    this.#endFeed();
  }

  async #endInputs(): Promise<void> {
    await this.#inputs.return?.();
  }

  /** The results end with this. */
  #fail(error: unknown): void {
    this.#isAtEnd = true;
    this.#ahead++;
    this.#chunks.push({ deliveries: [failure(error)], isDone: true });
  }

  async #readInto(items: unknown[], size: number): Promise<void> {
    while (items.length < size && !this.#isAtEnd) {
      const next = this.#inputs.next();
      const { done, value } = (this.#awaitsInputs ? await next : next) as IteratorResult<unknown, unknown>;
      if (done === true) this.#isAtEnd = true;
      else items.push(value);
    }
  }

  #submit(items: readonly unknown[]): void {
    const chunk: Chunk = { deliveries: [], isDone: false };
    const firstInput = this.#submitted;
    this.#submitted += items.length;
    this.#ahead += items.length;
    this.#chunks.push(chunk);
    const end = (deliveries: readonly Delivery[]): void => {
      chunk.deliveries.push(...deliveries);
      chunk.isDone = true;
      this.#wake?.();
    };
    // A worker that dies fails all of its chunk: nobody knows which of its inputs had been done.
    const failAll = (error: unknown): void => {
      end(items.map(() => failure(error)));
    };
    try {
      const message = this.#submitter.message(blockOf(items));
      const task = this.#submitter.chunk(this.#plan.fn, { message, firstInput }, EACH, NO_LIMITS, {
        resolve: (outcomes: unknown) => {
          this.#tasks.delete(task);
          if (Array.isArray(outcomes) && outcomes.length === items.length) end(outcomes.map(delivery));
          else failAll(new TypeError('A worker has answered with something that is not its chunk'));
        },
        reject: (error) => {
          this.#tasks.delete(task);
          failAll(error);
        },
      });
      this.#tasks.add(task);
    } catch (error) {
      failAll(error); // it cannot be carried
    }
  }
}

function delivery({ value, error }: Outcome): Delivery {
  return () => {
    if (error !== undefined) throw deserialize(error);
    return value;
  };
}

function failure(error: unknown): Delivery {
  return () => {
    throw error;
  };
}
