import { importNeeded } from '@multiprocess/serialization';
import type { MessageCodec } from '@multiprocess/serialization';
import {
  LoopYield,
  WaitQueue,
  QueueEmptyError,
  QueueShutDownError,
  runAtOnce,
  waitSync,
} from '@multiprocess/shared-memory';
import type { Parker, RingItem, RingReader, WaitForm, Coroutine } from '@multiprocess/shared-memory';

/** How a thread gets from a queue: what is the same for every kind of queue, and for both forms. */
export class ItemGetter {
  readonly line: WaitQueue;
  readonly #reader: RingReader;
  readonly #codec: MessageCodec;
  readonly #parker: Parker;
  readonly #breather = new LoopYield();
  /** Taken by getMany, but behind an item that could not be decoded. */
  readonly #undecoded: RingItem[] = [];

  constructor(reader: RingReader, codec: MessageCodec, parker: Parker) {
    this.#reader = reader;
    this.#codec = codec;
    this.#parker = parker;
    this.line = new WaitQueue(parker);
  }

  /** How many items this thread has taken and not given out, since one before them could not be decoded. */
  get kept(): number {
    return this.#undecoded.length;
  }

  /** The item, or a promise for it if this has to wait. */
  get(timeout: number, signal: AbortSignal | undefined): unknown {
    if (this.line.isEmpty || timeout === 0) {
      const item = this.#tryTake();
      if (item !== undefined) {
        const value = this.#decodedOnceImported(item); // before any other call of this thread takes an item
        const breath = this.#breather.breath();
        return breath === undefined ? value : breath.then(() => value);
      }
    }
    return this.#getLater(timeout, signal);
  }

  async #getLater(timeout: number, signal: AbortSignal | undefined): Promise<unknown> {
    return checkGot(await this.line.wait(() => this.#getting(1, 'await'), timeout, signal), timeout)[0];
  }

  getSync(timeout: number): unknown {
    const item = this.#undecoded.shift() ?? this.#reader.tryGetSoon(timeout);
    if (item !== undefined) return this.#decoded(item);
    return checkGot(waitSync(this.#parker, this.#getting(1, 'block'), timeout), timeout)[0];
  }

  async getMany(max: number, timeout: number, signal: AbortSignal | undefined): Promise<unknown[]> {
    const values = checkGot(await this.line.wait(() => this.#getting(max, 'await'), timeout, signal), timeout);
    await this.#breather.breath(values.length);
    return Promise.all(values); // of which at most one, alone, is not there yet
  }

  getManySync(max: number, timeout: number): unknown[] {
    // What is behind an item that cannot be decoded stays here, where those of this thread that wait already do not look.
    const most = this.line.isEmpty ? max : 1;
    return checkGot(waitSync(this.#parker, this.#getting(most, 'block'), timeout), timeout);
  }

  #tryTake(): RingItem | undefined {
    return this.#undecoded.length === 0 ? this.#reader.tryGet() : this.#undecoded.shift();
  }

  /** Decodes within the wait: what the ring gave is good only until this thread takes the next item. */
  *#getting(max: number, form: WaitForm): Coroutine<unknown[] | 'shut'> {
    const values: unknown[] = [];
    if (max === 1) {
      const item = this.#undecoded.shift() ?? (yield* this.#reader.getting());
      return item === 'shut' ? item : [this.#valueOf(item, form)];
    }
    const kept = this.#undecoded.splice(0, max);
    if (!this.#decodeAll(kept, values, form)) return values;
    const decodeMore = (items: readonly RingItem[]): boolean => this.#decodeAll(items, values, form);
    if (values.length === 0) {
      const taken = yield* this.#reader.gettingMany(max, decodeMore);
      if (taken === 'shut') return taken;
    } else if (values.length < max) {
      runAtOnce(this.#parker, this.#reader.gettingMany(max - values.length, decodeMore));
    }
    return values;
  }

  /** Whether all could be decoded; else the first that could not, and those behind it, wait for the next call. */
  #decodeAll(items: readonly RingItem[], values: unknown[], form: WaitForm): boolean {
    return this.#reader.whileReading(() => {
      for (const [i, item] of items.entries()) {
        if (form === 'await' && this.#importNeeded(item) !== undefined) {
          const first = values.length === 0 ? 1 : 0;
          this.#undecoded.unshift(...items.slice(i + first).map((rest) => rest.copy()));
          if (first === 1) values.push(this.#decodedOnceImported(item));
          return false;
        }
        try {
          values.push(this.#codec.decode(item));
        } catch (error) {
          if (values.length === 0 && i === 0) {
            this.#undecoded.unshift(...items.slice(1).map((rest) => rest.copy()));
            throw error;
          }
          this.#undecoded.unshift(...items.slice(i).map((rest) => rest.copy()));
          return false;
        }
      }
      return true;
    });
  }

  #valueOf(item: RingItem, form: WaitForm): unknown {
    return form === 'await' ? this.#decodedOnceImported(item) : this.#decoded(item);
  }

  /** The value, or a promise for it if modules have to be imported first. */
  #decodedOnceImported(item: RingItem): unknown {
    const needed = this.#importNeeded(item);
    if (needed === undefined) return this.#decoded(item);
    const own = item.owned ? item : item.copy();
    return needed.then(() => this.#decoded(own));
  }

  #importNeeded(item: RingItem): Promise<void> | undefined {
    return this.#codec.isPlain(item) ? undefined : importNeeded(item.bytes);
  }

  #decoded(item: RingItem): unknown {
    if (item.owned || this.#codec.isPlain(item)) return this.#codec.decode(item);
    return this.#reader.whileReading(() => this.#codec.decode(item));
  }
}

function checkGot(outcome: unknown[] | 'shut' | undefined, timeout: number): unknown[] {
  if (outcome === undefined) throw new QueueEmptyError(`The queue had no item within ${timeout} ms`);
  if (outcome === 'shut') throw new QueueShutDownError('The queue has been shut down and is empty');
  return outcome;
}
