import { isDeepStrictEqual } from 'node:util';
import { amountOf, freeze, functionOf } from '@multiprocess/shared-memory';
import type { StoreValue } from '@multiprocess/shared-memory';
import { field } from '../scripts/objects.js';
import { valueCompareAndSet, valueSet } from '../scripts/value.js';
import { registerObject } from './attach-object.js';
import { RedisObject } from './redis-object.js';

/** One value of any kind on Redis; made by {@link RedisStore.value}. What is read is a frozen copy. */
export class RedisValue<T = unknown> extends RedisObject implements StoreValue<T> {
  protected readonly kind: string = 'Value';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach<T = unknown>(handle: string): RedisValue<T> {
    return attachValue(handle) as RedisValue<T>;
  }

  async get(): Promise<T> {
    return freeze(this.#decode(await this.#read()));
  }

  async set(value: T): Promise<void> {
    await this.request(valueSet, [this.core.codec.encode(value)]);
  }

  /** Adds to a number or bigint, and returns the value before, as `SharedValue` does. */
  async add(amount: T): Promise<T> {
    const { before } = await this.#change((value) => amountOf(value, amount) as T);
    return before;
  }

  /** Sets it if it equals `expected` (deeply), and tells whether it did. */
  async compareAndSet(expected: T, value: T): Promise<boolean> {
    for (;;) {
      const found = await this.#read();
      if (!isDeepStrictEqual(this.#decode(found), expected)) return false;
      if (await this.#replace(found, value)) return true;
    }
  }

  /** Sets it to what `change` makes of it, here and perhaps several times, in one step; returns that. */
  async update(change: (value: T, ...args: never[]) => T, ...args: unknown[]): Promise<T> {
    const changed = functionOf('change', change);
    const { after } = await this.#change((value) => changed(value, ...args) as T);
    return freeze(after);
  }

  async #change(change: (value: T) => T): Promise<{ before: T; after: T }> {
    for (;;) {
      const found = await this.#read();
      const before = this.#decode(found);
      const after = change(this.#decode(found));
      if (await this.#replace(found, after)) return { before, after };
    }
  }

  async #read(): Promise<Buffer> {
    return (await this.request(field, ['c'])).body;
  }

  async #replace(found: Buffer, value: T): Promise<boolean> {
    return (await this.request(valueCompareAndSet, [found, this.core.codec.encode(value)])).how === '+';
  }

  #decode(item: Buffer): T {
    return this.core.codec.decode(item) as T;
  }
}

const attachValue = registerObject('Value', RedisValue);
