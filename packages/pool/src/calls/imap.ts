import { deserialize } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { abortReason, describable, DESCRIBE, onAborted } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import { cancelledError } from './async-result.js';
import { createBlock } from '../wire/item-block.js';
import { EACH } from '../wire/messages.js';
import type { PoolCore } from '../parent/pool-core.js';
import type { PoolTask } from '../parent/pool-task.js';
import type { InputOutcome } from '../worker/run-chunk.js';
import { isAsyncIterable } from './task-options.js';
import type { TaskPlanner, TaskTerms } from './task-planner.js';

/** Whether results come in the order of their inputs, or as they are done. */
export type ImapOrder = 'ordered' | 'unordered';

/** What an imap is made of. */
interface ImapPlan {
  readonly fn: AnyFunction;
  readonly inputs: Iterable<unknown> | AsyncIterable<unknown>;
  readonly chunksize: number;
  /** How many inputs may be read ahead of the results that have been taken. */
  readonly window: number;
  readonly order: ImapOrder;
  readonly terms: TaskTerms;
}

/** Inputs that travel together, and their results. */
interface ImapChunk {
  readonly deliveries: ResultThunk[];
  isDone: boolean;
}

/** Returns a result, or throws the error that came in its place. */
type ResultThunk = () => unknown;

/** Results one by one, as they are asked for. An input that fails makes one call of `next` reject; the others are not affected. */
export class Imap<R> implements AsyncIterableIterator<R>, Describable {
  readonly #core: PoolCore;
  readonly #planner: TaskPlanner;
  readonly #plan: ImapPlan;
  readonly #inputs: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #awaitsInputs: boolean;
  readonly #deliveries: AsyncGenerator<ResultThunk, void, void>;
  /** In the order of delivery. */
  readonly #chunks: ImapChunk[] = [];
  readonly #tasks = new Set<PoolTask>();
  readonly #closeSource: () => void;
  #submitted = 0;
  /** Inputs that are read and not delivered. */
  #ahead = 0;
  #isReading = false;
  #isAtEnd = false;
  /** The caller has left, or the pool was terminated: inputs that arrive late are dropped. */
  #isAbandoned = false;
  #wake: (() => void) | undefined;
  readonly #stopListening: () => void;
  /** Results that have not been taken are dropped. */
  #isAborted = false;

  constructor(core: PoolCore, planner: TaskPlanner, plan: ImapPlan) {
    this.#core = core;
    this.#planner = planner;
    this.#plan = plan;
    const { inputs } = plan;
    this.#awaitsInputs = isAsyncIterable(inputs);
    this.#inputs = isAsyncIterable(inputs) ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#deliveries = this.#deliver();
    this.#closeSource = core.inputSources.open((newError) => {
      this.#end(newError());
    });
    const { signal } = plan.terms;
    const onAbort = (reason: unknown): void => {
      this.#isAborted = true;
      this.#chunks.length = 0;
      for (const task of this.#tasks) core.abandon(task, reason);
      this.#end(reason);
    };
    this.#stopListening = onAborted(signal, onAbort);
    if (signal?.aborted === true) onAbort(abortReason(signal));
    else void this.#read();
  }

  static {
    describable(this.prototype);
  }

  /** @internal */
  [DESCRIBE](): Description {
    const state = this.#isAtEnd && this.#chunks.length === 0 ? 'ended' : 'running';
    return { state, submitted: this.#submitted, ahead: this.#ahead };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next result. Rejects with the error of its call or of the iteration of the inputs; you may go on with the one after it. */
  async next(): Promise<IteratorResult<R>> {
    const { value: delivery } = await this.#deliveries.next();
    if (delivery === undefined) return { done: true, value: undefined };
    return { done: false, value: delivery() as R };
  }

  /** Reads no more inputs, and cancels what has not begun. */
  async return(): Promise<IteratorResult<R>> {
    this.#leave();
    this.#wake?.();
    for (const task of this.#tasks) this.#core.cancel([task], cancelledError);
    await this.#deliveries.return();
    await this.#endInputs();
    return { done: true, value: undefined };
  }

  /** Lets the results end with this error. */
  #end(error: unknown): void {
    this.#leave();
    this.#fail(error);
    this.#wake?.();
    // No call is left that could reject with an error of the inputs.
    void this.#endInputs().catch(() => undefined);
  }

  async *#deliver(): AsyncGenerator<ResultThunk, void, void> {
    for (;;) {
      void this.#read();
      const index = this.#plan.order === 'ordered' ? 0 : this.#chunks.findIndex(({ isDone }) => isDone);
      const chunk = this.#chunks[index];
      if (chunk?.isDone === true) {
        this.#chunks.splice(index, 1);
        for (const delivery of chunk.deliveries) {
          this.#ahead--;
          yield delivery;
          if (this.#isAborted) break;
          void this.#read();
        }
      } else if (this.#chunks.length === 0 && this.#isAtEnd && (this.#isAbandoned || !this.#isReading)) {
        this.#stopListening();
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  /** Reads and submits inputs up to the window. Only one read at a time: an asynchronous input may take long. */
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
      while (items.length > 0 && !this.#isAbandoned && !this.#core.capacity.hasRoom) await this.#core.capacity.room();
      if (this.#isAbandoned) return;
      if (items.length > 0) this.#submit(items); // inputs before a failure count
      if (failed !== undefined) this.#fail(failed.error);
    }
    this.#isReading = false;
    if (this.#isAtEnd) this.#closeSource();
    this.#wake?.();
  }

  #leave(): void {
    this.#isAtEnd = this.#isAbandoned = true;
    this.#stopListening();
    this.#closeSource();
  }

  async #endInputs(): Promise<void> {
    await this.#inputs.return?.();
  }

  /** Makes the results end with this error. */
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
    const chunk: ImapChunk = { deliveries: [], isDone: false };
    const firstInput = this.#submitted;
    this.#submitted += items.length;
    this.#ahead += items.length;
    this.#chunks.push(chunk);
    const end = (deliveries: readonly ResultThunk[]): void => {
      chunk.deliveries.push(...deliveries);
      chunk.isDone = true;
      this.#wake?.();
    };
    // If the worker dies, the whole chunk fails: which of its inputs were done is not known.
    const failAll = (error: unknown): void => {
      end(items.map(() => failure(error)));
    };
    try {
      const message = this.#planner.message(createBlock(items));
      const plan = this.#planner.chunk(this.#plan.fn, { message, firstInput }, EACH, this.#plan.terms, {
        resolve: (outcomes: unknown) => {
          this.#tasks.delete(task);
          if (Array.isArray(outcomes) && outcomes.length === items.length) end(outcomes.map(delivery));
          else failAll(new TypeError('A worker has returned something that is not the results of its chunk'));
        },
        reject: (error) => {
          this.#tasks.delete(task);
          failAll(error);
        },
      });
      const task = this.#core.submit(plan);
      this.#tasks.add(task);
    } catch (error) {
      failAll(error); // an input cannot be serialized
    }
  }
}

function delivery({ value, error }: InputOutcome): ResultThunk {
  return () => {
    if (error !== undefined) throw deserialize(error);
    return value;
  };
}

function failure(error: unknown): ResultThunk {
  return () => {
    throw error;
  };
}
