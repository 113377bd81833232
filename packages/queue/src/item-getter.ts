import { decoded, decodedOnceImported, MessageReceiver } from '@multiprocess/serialization';
import { QueueEmptyError, QueueShutDownError, runAtOnce, waitSync, within } from '@multiprocess/shared-memory';
import type { Coroutine, RingItem, WaitForm } from '@multiprocess/shared-memory';

/** How a thread gets from a queue: the same for every kind of queue. */
export class ItemGetter extends MessageReceiver {
  /** Taken by `getMany`, but behind an item that could not be decoded. */
  readonly #kept: RingItem[] = [];

  /** How many items this thread has taken and not given out, because one before them could not be decoded. */
  get kept(): number {
    return this.#kept.length;
  }

  /** The item, or a promise for it if this has to wait. */
  get(timeout: number, signal: AbortSignal | undefined): unknown {
    return this.receive(decodedOnceImported, timeout, signal);
  }

  getSync(timeout: number): unknown {
    return this.receiveSync(decoded, timeout);
  }

  async getMany(max: number, timeout: number, signal: AbortSignal | undefined): Promise<unknown[]> {
    const values = this.#checkGot(
      await this.waiting.wait(() => this.#gettingMany(max, 'await'), timeout, signal),
      timeout,
    );
    await this.loopYield.yieldIfDue(values.length);
    return Promise.all(values); // at most one is a promise, and then it is the only one
  }

  getManySync(max: number, timeout: number): unknown[] {
    // Items behind one that cannot be decoded are kept here. Calls of this thread that wait do not look here.
    const allowed = this.waiting.isEmpty ? max : 1;
    return this.#checkGot(waitSync(this.parker, this.#gettingMany(allowed, 'block'), timeout), timeout);
  }

  protected override takeKept(): RingItem | undefined {
    return this.#kept.shift();
  }

  protected override refusal(outcome: 'shut' | undefined, timeout: number): Error {
    if (outcome === 'shut') return new QueueShutDownError('The queue has been shut down and is empty');
    return new QueueEmptyError(`The queue had no item${within(timeout)}`);
  }

  #checkGot(outcome: unknown[] | 'shut' | undefined, timeout: number): unknown[] {
    if (outcome === undefined || outcome === 'shut') throw this.refusal(outcome, timeout);
    return outcome;
  }

  /** Decodes within the wait: an item of the ring is valid only until this thread takes the next one. */
  *#gettingMany(max: number, form: WaitForm): Coroutine<unknown[] | 'shut'> {
    if (max === 1) {
      const item = this.takeKept() ?? (yield* this.getting());
      if (item === 'shut') return item;
      return [form === 'await' ? this.decodeOnceImported(item) : this.decode(item)];
    }
    const values: unknown[] = [];
    const kept = this.#kept.splice(0, max);
    if (!this.#decodeAll(kept, values, form)) return values;
    const decodeMore = (items: readonly RingItem[]): boolean => this.#decodeAll(items, values, form);
    if (values.length === 0) {
      const taken = yield* this.reader.gettingMany(max, decodeMore);
      if (taken === 'shut') return taken;
    } else if (values.length < max) {
      runAtOnce(this.parker, this.reader.gettingMany(max - values.length, decodeMore));
    }
    return values;
  }

  /** Whether all could be decoded; else the first that could not, and those behind it, are kept for the next call. */
  #decodeAll(items: readonly RingItem[], values: unknown[], form: WaitForm): boolean {
    return this.reader.whileReading(() => {
      for (const [i, item] of items.entries()) {
        const isFirst = values.length === 0;
        if (form === 'await' && this.importNeeded(item) !== undefined) {
          this.#keep(items.slice(isFirst ? i + 1 : i));
          if (isFirst) values.push(this.decodeOnceImported(item));
          return false;
        }
        try {
          values.push(this.codec.decode(item));
        } catch (error) {
          this.#keep(items.slice(isFirst ? i + 1 : i));
          if (isFirst) throw error;
          return false;
        }
      }
      return true;
    });
  }

  #keep(items: readonly RingItem[]): void {
    this.#kept.unshift(...items.map((item) => item.copy()));
  }
}
