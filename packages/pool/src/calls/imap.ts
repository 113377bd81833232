import { abortReason, describable, DESCRIBE, onAborted } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import { isAsyncIterable } from './task-options.js';

/** Whether results come in the order of their inputs, or as they are done. */
export type ImapOrder = 'ordered' | 'unordered';

/** What an imap is made of. */
export interface ImapPlan {
  readonly inputs: Iterable<unknown> | AsyncIterable<unknown>;
  readonly chunksize: number;
  /** How many inputs may be read ahead of the results that have been taken. */
  readonly window: number;
  readonly order: ImapOrder;
  readonly signal: AbortSignal | undefined;
}

/** Returns a result, or throws the error that came in its place. */
export type ResultThunk = () => unknown;

/** Receives the results of a chunk: exactly one of the two is called, once. */
export interface ChunkEnding {
  /** One result for each input. */
  readonly deliver: (results: readonly ResultThunk[]) => void;
  /** The chunk failed as a whole: which of its inputs were done is not known. */
  readonly reject: (error: unknown) => void;
}

/** Inputs that were submitted together. */
export interface SubmittedChunk {
  /** Takes them back, if that is still possible. */
  cancel(): void;
  /** Rejects them, and has them stopped. */
  abandon(reason: unknown): void;
}

/** The pool behind an imap. */
export interface ChunkRunner {
  /** Notes that something reads inputs, and will submit more even if the pool is closed. @returns the function that ends this */
  open(onRefusal: (newError: () => unknown) => void): () => void;
  /** undefined if another chunk may be submitted now; else when to ask again. */
  room(): Promise<unknown> | undefined;
  /** @throws {@link SerializationError} if an input cannot be serialized. */
  submit(items: readonly unknown[], firstInput: number, ending: ChunkEnding): SubmittedChunk;
}

/** Inputs that travel together, and their results. */
interface ImapChunk {
  readonly deliveries: ResultThunk[];
  isDone: boolean;
}

/** Results one by one, as they are asked for. An input that fails makes one call of `next` reject; the others are not affected. */
export class Imap<R> implements AsyncIterableIterator<R>, Describable {
  readonly #runner: ChunkRunner;
  readonly #plan: ImapPlan;
  readonly #inputs: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #awaitsInputs: boolean;
  readonly #deliveries: AsyncGenerator<ResultThunk, void, void>;
  /** In the order of delivery. */
  readonly #chunks: ImapChunk[] = [];
  readonly #submittedChunks = new Set<SubmittedChunk>();
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

  constructor(runner: ChunkRunner, plan: ImapPlan) {
    this.#runner = runner;
    this.#plan = plan;
    const { inputs, signal } = plan;
    this.#awaitsInputs = isAsyncIterable(inputs);
    this.#inputs = isAsyncIterable(inputs) ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#deliveries = this.#deliver();
    this.#closeSource = runner.open((newError) => {
      this.#end(newError());
    });
    const onAbort = (reason: unknown): void => {
      this.#isAborted = true;
      this.#chunks.length = 0;
      for (const chunk of [...this.#submittedChunks]) chunk.abandon(reason);
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
    for (const chunk of [...this.#submittedChunks]) chunk.cancel();
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
      for (let room = this.#room(items); room !== undefined; room = this.#room(items)) await room;
      if (this.#isAbandoned) return;
      if (items.length > 0) this.#submit(items); // inputs before a failure count
      if (failed !== undefined) this.#fail(failed.error);
    }
    this.#isReading = false;
    if (this.#isAtEnd) this.#closeSource();
    this.#wake?.();
  }

  #room(items: readonly unknown[]): Promise<unknown> | undefined {
    return items.length === 0 || this.#isAbandoned ? undefined : this.#runner.room();
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
    const failAll = (error: unknown): void => {
      end(items.map(() => failure(error)));
    };
    let submitted: SubmittedChunk | undefined;
    const forget = (): void => {
      if (submitted !== undefined) this.#submittedChunks.delete(submitted);
    };
    try {
      submitted = this.#runner.submit(items, firstInput, {
        deliver: (results) => {
          forget();
          end(results);
        },
        reject: (error) => {
          forget();
          failAll(error);
        },
      });
      this.#submittedChunks.add(submitted);
    } catch (error) {
      failAll(error); // an input cannot be serialized
    }
  }
}

/** Throws what came in the place of a result. */
export function failure(error: unknown): ResultThunk {
  return () => {
    throw error;
  };
}
