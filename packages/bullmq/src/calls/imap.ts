import { cancelledError, isAsyncIterable } from '@multiprocess/pool';
import type { PoolCore } from '../caller/pool-core.js';
import type { RemoteTask } from '../caller/remote-task.js';
import type { InputOutcome } from '../wire/report.js';

/** What an imap is made of. */
interface ImapPlan {
  readonly name: string;
  readonly inputs: Iterable<unknown> | AsyncIterable<unknown>;
  readonly chunksize: number;
  /** How many inputs may be read ahead of the results that have been taken. */
  readonly window: number;
  readonly order: 'ordered' | 'unordered';
}

/** Inputs that travel together; when they are done, their results. */
interface Chunk {
  deliveries: readonly Delivery[] | undefined;
}

/** Returns a result, or throws the error that came in its place. */
type Delivery = () => unknown;

/** Results one by one, as they are asked for. An input that fails makes one call of `next` reject; the others are not affected. */
export class Imap<R> implements AsyncIterableIterator<R> {
  readonly #core: PoolCore;
  readonly #plan: ImapPlan;
  readonly #awaitsInputs: boolean;
  readonly #inputs: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #deliveries: AsyncGenerator<Delivery, void, void>;
  /** In the order of delivery. */
  readonly #chunks: Chunk[] = [];
  readonly #tasks = new Set<RemoteTask>();
  readonly #closeSource: () => void;
  /** Inputs that are read and not delivered. */
  #ahead = 0;
  #isReading = false;
  #isAtEnd = false;
  /** The caller has left, or the pool was terminated: inputs that arrive late are dropped. */
  #isAbandoned = false;
  #wake: (() => void) | undefined;

  constructor(core: PoolCore, plan: ImapPlan) {
    this.#core = core;
    this.#plan = plan;
    const { inputs } = plan;
    this.#awaitsInputs = isAsyncIterable(inputs);
    this.#inputs = isAsyncIterable(inputs) ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#deliveries = this.#deliver();
    this.#closeSource = core.openSource((error) => {
      this.#leave();
      this.#fail(error);
      this.#wake?.();
      void this.#endInputs().catch(() => undefined); // no call is left that could reject with it
    });
    void this.#read();
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
    for (const task of [...this.#tasks]) this.#core.abandon(task, cancelledError());
    await this.#deliveries.return();
    await this.#endInputs();
    return { done: true, value: undefined };
  }

  async *#deliver(): AsyncGenerator<Delivery, void, void> {
    for (;;) {
      void this.#read();
      const isNext = ({ deliveries }: Chunk, i: number): boolean =>
        deliveries !== undefined && (i === 0 || this.#plan.order === 'unordered');
      const index = this.#chunks.findIndex(isNext);
      if (index !== -1) {
        const [chunk] = this.#chunks.splice(index, 1);
        for (const delivery of chunk?.deliveries ?? []) {
          this.#ahead--;
          yield delivery;
          void this.#read();
        }
      } else if (this.#chunks.length === 0 && this.#isAtEnd && (this.#isAbandoned || !this.#isReading)) {
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
      if (this.#isAbandoned) return;
      if (items.length > 0) this.#submit(items); // inputs before a failure count
      if (failed !== undefined) this.#fail(failed.error);
    }
    this.#isReading = false;
    if (this.#isAtEnd) this.#closeSource();
    this.#wake?.();
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
    const chunk: Chunk = { deliveries: undefined };
    this.#ahead += items.length;
    this.#chunks.push(chunk);
    const end = (deliveries: readonly Delivery[]): void => {
      chunk.deliveries = deliveries;
      this.#wake?.();
    };
    const failAll = (error: unknown): void => end(items.map(() => failure(error)));
    let args: Buffer;
    try {
      args = this.#core.codec.encode(items);
    } catch (error) {
      failAll(error); // an input cannot be serialized
      return;
    }
    const task = this.#core.submit({
      ...{ name: this.#plan.name, kind: 'imap', args, stop: undefined, timeout: Infinity },
      ending: {
        resolve: (outcomes) => {
          this.#tasks.delete(task);
          void this.#deliveriesOf(outcomes, items.length).then(end, failAll);
        },
        reject: (error) => {
          this.#tasks.delete(task);
          failAll(error);
        },
      },
    });
    this.#tasks.add(task);
  }

  async #deliveriesOf(outcomes: unknown, count: number): Promise<readonly Delivery[]> {
    if (!isOutcomes(outcomes) || outcomes.length !== count) {
      throw new TypeError('An agent has returned something that is not the results of its chunk');
    }
    return Promise.all(
      outcomes.map(async ([value, thrown]) => {
        if (thrown === undefined) return () => value;
        return failure(await this.#core.codec.decode(thrown));
      }),
    );
  }

  #leave(): void {
    this.#isAbandoned = true;
    this.#isAtEnd = true;
    this.#closeSource();
  }

  async #endInputs(): Promise<void> {
    await this.#inputs.return?.();
  }

  /** Makes the results end with this error. */
  #fail(error: unknown): void {
    this.#isAtEnd = true;
    this.#ahead++;
    this.#chunks.push({ deliveries: [failure(error)] });
  }
}

function failure(error: unknown): Delivery {
  return () => {
    throw error;
  };
}

function isOutcomes(value: unknown): value is readonly InputOutcome[] {
  return Array.isArray(value) && value.every((one) => Array.isArray(one));
}
