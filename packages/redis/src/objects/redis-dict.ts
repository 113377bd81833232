import { isDeepStrictEqual } from 'node:util';
import { amountOf, argumentError, checkAmount, freeze, functionOf, listOf } from '@multiprocess/shared-memory';
import type { StoreDict } from '@multiprocess/shared-memory';
import type { Argument } from '../link/link.js';
import {
  dictClear,
  dictCompareAndSet,
  dictEntries,
  dictGet,
  dictPop,
  dictPopItem,
  dictSet,
  dictSize,
} from '../scripts/dict.js';
import { firstItem, unpackItems } from '../scripts/packed.js';
import { registerObject } from './attach-object.js';
import { RedisObject } from './redis-object.js';

/**
 * A dict on Redis; made by {@link RedisStore.dict}. Keys are any serializable values, told apart by their content. Each method is one step for all
 * others. What is read of it is a copy, frozen where it is part of the dict.
 */
export class RedisDict<K = unknown, V = unknown> extends RedisObject implements StoreDict<K, V> {
  protected readonly kind: string = 'Dict';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach<K = unknown, V = unknown>(handle: string): RedisDict<K, V> {
    return attachDict(handle) as RedisDict<K, V>;
  }

  async size(): Promise<number> {
    return Number((await this.request(dictSize, [])).body.toString());
  }

  /** The value; undefined if there is none. Frozen: to change it, change a copy and {@link set} it, or {@link update}. */
  async get(key: K): Promise<V | undefined> {
    return freeze(this.#valueOf(await this.#read(key)));
  }

  async set(key: K, value: V): Promise<void> {
    await this.request(dictSet, [this.#key(key), this.core.codec.encode(value)]);
  }

  async has(key: K): Promise<boolean> {
    return (await this.#read(key)) !== undefined;
  }

  async delete(key: K): Promise<boolean> {
    return (await this.request(dictPop, [this.#key(key)])).body.length > 0;
  }

  async clear(): Promise<void> {
    await this.request(dictClear, []);
  }

  async keys(): Promise<K[]> {
    return (await this.#all()).map(([key]) => key);
  }

  async values(): Promise<V[]> {
    return freeze((await this.#all()).map(([, value]) => value));
  }

  async entries(): Promise<[K, V][]> {
    return freeze(await this.#all());
  }

  update(content: Readonly<Record<string, V>> | Iterable<readonly [K, V]>): Promise<void>;
  /** Sets the value to what `change` makes of it, here and perhaps several times, in one step; returns that. */
  update(key: K, change: (value: V | undefined, ...args: never[]) => V, ...args: unknown[]): Promise<V>;
  async update(...given: unknown[]): Promise<unknown> {
    const [first, change, ...args] = given;
    if (given.length > 1) {
      const changed = functionOf('change', change);
      return freeze(await this.#change(first as K, (value) => changed(value, ...args) as V));
    }
    const items = contentOf(first).flatMap(([key, value]) => [this.#key(key), this.core.codec.encode(value)]);
    if (items.length > 0) await this.request(dictSet, items);
    return undefined;
  }

  /** Sets the value if there is none. Returns the value that the key has then. */
  async setDefault(key: K, value: V): Promise<V> {
    const found = await this.#replace(key, undefined, value);
    return freeze(found === true ? value : (this.#valueOf(found) as V));
  }

  /** Takes the value out, and returns it; `otherwise` if there is none. */
  async pop(key: K, otherwise?: V): Promise<V | undefined> {
    const found = firstItem((await this.request(dictPop, [this.#key(key)])).body);
    return found === undefined ? otherwise : this.#valueOf(found);
  }

  /** Takes out the entry that was added last; undefined if the dict is empty. */
  async popItem(): Promise<[K, V] | undefined> {
    const [key, value] = unpackItems((await this.request(dictPopItem, [])).body);
    return key === undefined ? undefined : [this.core.codec.decode(key) as K, this.#valueOf(value) as V];
  }

  /** Adds to a value that is a number or bigint (none counts as 0), and returns the sum. */
  async increment(key: K, amount: number | bigint = 1): Promise<number | bigint> {
    checkAmount(amount);
    const zero = typeof amount === 'bigint' ? 0n : 0;
    return (await this.#change(key, (value) => amountOf(value ?? zero, amount) as V)) as number | bigint;
  }

  /** Sets the value if it equals `expected` (deeply; undefined for none), and tells whether it did. */
  async compareAndSet(key: K, expected: V | undefined, value: V): Promise<boolean> {
    let found = await this.#read(key);
    while (isDeepStrictEqual(this.#valueOf(found), expected)) {
      const replaced = await this.#replace(key, found, value);
      if (replaced === true) return true;
      found = replaced;
    }
    return false;
  }

  /** A copy of all of it. */
  async snapshot(): Promise<Map<K, V>> {
    return new Map(await this.#all());
  }

  /** A copy of all of it, with keys as strings. */
  async toObject(): Promise<Record<string, V>> {
    return Object.fromEntries((await this.#all()).map(([key, value]) => [String(key), value]));
  }

  /** The pairs at the moment when it begins. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[K, V], void, void> {
    yield* await this.entries();
  }

  async #read(key: K): Promise<Buffer | undefined> {
    return firstItem((await this.request(dictGet, [this.#key(key)])).body);
  }

  async #all(): Promise<[K, V][]> {
    const items = unpackItems((await this.request(dictEntries, [])).body);
    const pairs: [K, V][] = [];
    for (let i = 0; i < items.length; i += 2) {
      pairs.push([this.core.codec.decode(items[i]!) as K, this.#valueOf(items[i + 1]) as V]);
    }
    return pairs;
  }

  async #change(key: K, change: (value: V | undefined) => V): Promise<V> {
    for (let found = await this.#read(key); ;) {
      const value = change(this.#valueOf(found));
      const replaced = await this.#replace(key, found, value);
      if (replaced === true) return value;
      found = replaced;
    }
  }

  /** @returns true, or what the key has instead of `found` */
  async #replace(key: K, found: Buffer | undefined, value: V): Promise<true | Buffer | undefined> {
    const expected: Argument[] = found === undefined ? ['0', ''] : ['1', found];
    const reply = await this.request(dictCompareAndSet, [this.#key(key), ...expected, this.core.codec.encode(value)]);
    return reply.how === '+' ? true : firstItem(reply.body);
  }

  #key(key: unknown): Buffer {
    return this.core.codec.encode(key === 0 ? 0 : key); // -0 is the same key
  }

  #valueOf(item: Buffer | undefined): V | undefined {
    return item === undefined ? undefined : (this.core.codec.decode(item) as V);
  }
}

/** The pairs of an object, a Map or pairs. @throws {@link TypeError} if it is something else. */
export function contentOf(content: unknown): (readonly [unknown, unknown])[] {
  if (typeof content !== 'object' || content === null) {
    throw argumentError('content', 'an object, a Map or pairs of key and value', content);
  }
  if (!(Symbol.iterator in content)) return Object.entries(content);
  return listOf('content', content).map((pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as unknown as readonly [unknown, unknown];
    throw argumentError('each of content', 'a pair of key and value', pair);
  });
}

const attachDict = registerObject('Dict', RedisDict);
