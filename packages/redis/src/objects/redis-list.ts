import { isDeepStrictEqual } from 'node:util';
import { checkInteger, freeze, functionOf, indexOf } from '@multiprocess/shared-memory';
import type { StoreList } from '@multiprocess/shared-memory';
import { listLength, listPop, listPush, listRange, listReplace, listSet } from '../scripts/list.js';
import { firstItem, unpackItems } from '../scripts/packed.js';
import { registerObject } from './attach-object.js';
import { ANY_INDEX, changes, positionOf } from './list-steps.js';
import type { Change } from './list-steps.js';
import { RedisObject } from './redis-object.js';

/**
 * A list on Redis; made by {@link RedisStore.list}. Each method is one step for all others. What is read of it is a copy, frozen where it is part of
 * the list.
 *
 * Taking from and adding to the ends, reading by index and setting an element ask the server once, and for no more than that. All other methods read the whole
 * list; those that change it write it back, unless it has changed meanwhile, in which case they begin again: for long lists that many programs
 * change, that is slow.
 */
export class RedisList<T = unknown> extends RedisObject implements StoreList<T> {
  protected readonly kind: string = 'List';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach<T = unknown>(handle: string): RedisList<T> {
    return attachList(handle) as RedisList<T>;
  }

  async length(): Promise<number> {
    return Number((await this.request(listLength, [])).body.toString());
  }

  async get(index: number): Promise<T | undefined> {
    const at = String(checkInteger('index', index, ANY_INDEX));
    const [, item] = unpackItems((await this.request(listRange, [at, at])).body);
    return item === undefined ? undefined : freeze(this.#decode(item));
  }

  at(index: number): Promise<T | undefined> {
    return this.get(index);
  }

  /** @throws {@link RangeError} if there is no such index, nor is it the one behind the last. */
  async set(index: number, value: T): Promise<void> {
    checkInteger('index', index, ANY_INDEX);
    const reply = await this.request(listSet, [String(index), this.core.codec.encode(value)]);
    if (reply.how === '-') indexOf(index, Number(reply.body.toString()), 'or next');
  }

  async push(...values: T[]): Promise<number> {
    return this.#add('R', values);
  }

  async unshift(...values: T[]): Promise<number> {
    return this.#add('L', values);
  }

  /** Adds all at the end, and returns the new length. */
  async extend(values: Iterable<T>): Promise<number> {
    return this.#add('R', changes.extend(values) as T[]);
  }

  async pop(): Promise<T | undefined> {
    return this.#take('R');
  }

  async shift(): Promise<T | undefined> {
    return this.#take('L');
  }

  /** Takes the element out; those behind it move up. @throws {@link RangeError} if there is no such index. */
  async delete(index: number): Promise<void> {
    return this.#change(changes.delete(index));
  }

  /** Sets the element to what `change` makes of it, here and perhaps several times, in one step; returns that. */
  async update(index: number, change: (value: T, ...args: never[]) => T, ...args: unknown[]): Promise<T> {
    return freeze((await this.#change(changes.update(index, change, args))) as T);
  }

  /** Adds to an element that is a number or bigint, and returns the sum. */
  async increment(index: number, amount: number | bigint = 1): Promise<number | bigint> {
    return this.#change(changes.increment(index, amount));
  }

  /** Sets the element if it equals `expected` (deeply), and tells whether it did. */
  async compareAndSet(index: number, expected: T, value: T): Promise<boolean> {
    return this.#change(changes.compareAndSet(index, expected, value));
  }

  /** Cuts the list. @throws {@link RangeError} if it is not that long. */
  async setLength(length: number): Promise<void> {
    return this.#change(changes.setLength(length));
  }

  async insert(index: number, value: T): Promise<void> {
    return this.#change(changes.insert(index, value));
  }

  /** Takes out the first that equals `value` (deeply), and tells whether there was one. */
  async remove(value: T): Promise<boolean> {
    return this.#change(changes.remove(value));
  }

  async clear(): Promise<void> {
    return this.#change(changes.clear());
  }

  async splice(...args: [start: number, deleteCount?: number, ...values: T[]]): Promise<T[]> {
    return (await this.#change(changes.splice(args))) as T[];
  }

  async fill(value: T, start?: number, end?: number): Promise<void> {
    return this.#change(changes.fill(value, start, end));
  }

  async reverse(): Promise<void> {
    return this.#change(changes.reverse());
  }

  async sort(compare?: (a: T, b: T) => number): Promise<void> {
    return this.#change(changes.sort(compare));
  }

  async slice(start?: number, end?: number): Promise<T[]> {
    return (await this.snapshot()).slice(start, end);
  }

  async concat(...more: (T | readonly T[])[]): Promise<T[]> {
    return (await this.snapshot()).concat(...(more as T[]));
  }

  async join(separator?: string): Promise<string> {
    return (await this.snapshot()).join(separator);
  }

  async includes(value: T): Promise<boolean> {
    return (await this.indexOf(value)) >= 0;
  }

  /** The first index of what equals `value` (deeply); -1 if nothing does. */
  async indexOf(value: T, from = 0): Promise<number> {
    return positionOf(await this.snapshot(), value, from);
  }

  async lastIndexOf(value: T): Promise<number> {
    return (await this.snapshot()).findLastIndex((one) => isDeepStrictEqual(one, value));
  }

  async count(value: T): Promise<number> {
    return (await this.snapshot()).filter((one) => isDeepStrictEqual(one, value)).length;
  }

  async map<R>(change: (value: T, index: number) => R): Promise<R[]> {
    const changed = functionOf('change', change) as typeof change;
    return (await this.snapshot()).map(changed);
  }

  async filter(test: (value: T, index: number) => unknown): Promise<T[]> {
    const tested = functionOf('test', test);
    return (await this.snapshot()).filter(tested);
  }

  async find(test: (value: T, index: number) => unknown): Promise<T | undefined> {
    const tested = functionOf('test', test);
    return freeze((await this.snapshot()).find(tested));
  }

  async findIndex(test: (value: T, index: number) => unknown): Promise<number> {
    const tested = functionOf('test', test);
    return (await this.snapshot()).findIndex(tested);
  }

  async some(test: (value: T, index: number) => unknown): Promise<boolean> {
    const tested = functionOf('test', test);
    return (await this.snapshot()).some(tested);
  }

  async every(test: (value: T, index: number) => unknown): Promise<boolean> {
    const tested = functionOf('test', test);
    return (await this.snapshot()).every(tested);
  }

  async reduce<R>(step: (sum: R, value: T, index: number) => R, initial: R): Promise<R> {
    const added = functionOf('step', step) as typeof step;
    return (await this.snapshot()).reduce(added, initial);
  }

  async keys(): Promise<number[]> {
    return Array.from({ length: await this.length() }, (_, i) => i);
  }

  async values(): Promise<T[]> {
    return freeze(await this.snapshot());
  }

  async entries(): Promise<[number, T][]> {
    return freeze([...(await this.snapshot()).entries()]);
  }

  /** A copy of all of it. */
  async snapshot(): Promise<T[]> {
    return (await this.#read()).items;
  }

  /** The elements at the moment when it begins. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    yield* await this.values();
  }

  async #add(side: 'R' | 'L', values: readonly T[]): Promise<number> {
    if (values.length === 0) return this.length();
    const encoded = values.map((value) => this.core.codec.encode(value));
    return Number((await this.request(listPush, [side, ...encoded])).body.toString());
  }

  async #take(side: 'R' | 'L'): Promise<T | undefined> {
    const item = firstItem((await this.request(listPop, [side])).body);
    return item === undefined ? undefined : this.#decode(item);
  }

  async #read(): Promise<{ version: string; items: T[] }> {
    const [version, ...items] = unpackItems((await this.request(listRange, ['0', '-1'])).body);
    return { version: version!.toString(), items: items.map((item) => this.#decode(item!)) };
  }

  async #change<R>(change: Change<R>): Promise<R> {
    for (;;) {
      const { version, items } = await this.#read();
      const result = change(items);
      const encoded = items.map((item) => this.core.codec.encode(item));
      if ((await this.request(listReplace, [version, ...encoded])).how === '+') return result;
    }
  }

  #decode(item: Buffer): T {
    return this.core.codec.decode(item) as T;
  }
}

const attachList = registerObject('List', RedisList);
