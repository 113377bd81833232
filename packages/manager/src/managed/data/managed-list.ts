import { isDeepStrictEqual } from 'node:util';
import { amountOf, checkInteger, functionOf, indexOf, listOf } from '@multiprocess/shared-memory';
import type { ListMethods } from '@multiprocess/shared-memory';
import { Container } from '../container.js';
import { letGo } from '../let-go.js';

const ANY_INDEX = { min: Number.MIN_SAFE_INTEGER };

/** A list: an array, with the methods of one. */
export class ManagedList extends Container implements ListMethods<unknown> {
  readonly proxy = 'ListProxy';
  readonly #items: unknown[];

  constructor(initial: unknown = []) {
    super();
    this.#items = listOf('initial', initial);
  }

  /** In the server it is what a list is. */
  [Symbol.iterator](): Iterator<unknown> {
    return this.#items[Symbol.iterator]();
  }

  length(): number {
    return this.#items.length;
  }

  get(index: number): unknown {
    return this.#items.at(checkInteger('index', index, ANY_INDEX));
  }

  at(index: number): unknown {
    return this.#items.at(index);
  }

  set(index: number, value: unknown): void {
    this.#put(indexOf(index, this.#items.length, 'or next'), value);
  }

  delete(index: number): void {
    letGo(this.#items.splice(indexOf(index, this.#items.length), 1));
  }

  update(index: number, change: (value: unknown, ...args: never[]) => unknown, ...args: unknown[]): unknown {
    const at = indexOf(index, this.#items.length);
    return this.#put(at, functionOf('change', change)(this.#items[at], ...args));
  }

  increment(index: number, amount: number | bigint = 1): number | bigint {
    const at = indexOf(index, this.#items.length);
    const sum = amountOf(this.#items[at], amount);
    this.#items[at] = sum;
    return sum;
  }

  compareAndSet(index: number, expected: unknown, value: unknown): boolean {
    const at = indexOf(index, this.#items.length);
    const isExpected = isDeepStrictEqual(this.#items[at], expected);
    if (isExpected) this.#put(at, value);
    else letGo(value);
    return isExpected;
  }

  setLength(length: number): void {
    letGo(this.#items.splice(checkInteger('length', length, { max: this.#items.length })));
  }

  push(...values: unknown[]): number {
    return this.#items.push(...values);
  }

  pop(): unknown {
    return this.#items.pop();
  }

  shift(): unknown {
    return this.#items.shift();
  }

  unshift(...values: unknown[]): number {
    return this.#items.unshift(...values);
  }

  insert(index: number, value: unknown): void {
    this.#items.splice(checkInteger('index', index, ANY_INDEX), 0, value);
  }

  extend(values: Iterable<unknown>): number {
    for (const value of listOf('values', values)) this.#items.push(value);
    return this.#items.length;
  }

  remove(value: unknown): boolean {
    const index = this.indexOf(value);
    if (index >= 0) letGo(this.#items.splice(index, 1));
    return index >= 0;
  }

  clear(): void {
    letGo(this.#items.splice(0));
  }

  splice(start: number, ...rest: [deleteCount?: number, ...values: unknown[]]): unknown[] {
    return Reflect.apply(Array.prototype.splice, this.#items, [start, ...rest]) as unknown[];
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end);
  }

  concat(...more: unknown[]): unknown[] {
    return this.#items.concat(...more);
  }

  fill(value: unknown, start?: number, end?: number): void {
    const before = [...this.#items];
    this.#items.fill(value, start, end);
    letGo([before, value], this.#items);
  }

  reverse(): void {
    this.#items.reverse();
  }

  sort(compare?: (a: never, b: never) => number): void {
    const sorted = [...this.#items].sort(
      compare === undefined ? undefined : (functionOf('compare', compare) as (a: unknown, b: unknown) => number),
    );
    this.#items.splice(0, this.#items.length, ...sorted);
  }

  join(separator?: string): string {
    return this.#items.join(separator);
  }

  includes(value: unknown): boolean {
    return this.indexOf(value) >= 0;
  }

  indexOf(value: unknown, from = 0): number {
    return this.#items.findIndex((one, i) => i >= from && isDeepStrictEqual(one, value));
  }

  lastIndexOf(value: unknown): number {
    return this.#items.findLastIndex((one) => isDeepStrictEqual(one, value));
  }

  count(value: unknown): number {
    return this.#items.filter((one) => isDeepStrictEqual(one, value)).length;
  }

  map<R>(change: (value: never, index: number) => R): R[] {
    return this.#items.map(functionOf('change', change) as (value: unknown, index: number) => R);
  }

  filter(test: (value: never, index: number) => unknown): unknown[] {
    return this.#items.filter(functionOf('test', test));
  }

  find(test: (value: never, index: number) => unknown): unknown {
    return this.#items.find(functionOf('test', test));
  }

  findIndex(test: (value: never, index: number) => unknown): number {
    return this.#items.findIndex(functionOf('test', test));
  }

  some(test: (value: never, index: number) => unknown): boolean {
    return this.#items.some(functionOf('test', test));
  }

  every(test: (value: never, index: number) => unknown): boolean {
    return this.#items.every(functionOf('test', test));
  }

  reduce<R>(step: (sum: R, value: never, index: number) => R, initial: R): R {
    return this.#items.reduce(
      functionOf('step', step) as (sum: unknown, value: unknown, index: number) => unknown,
      initial,
    ) as R;
  }

  keys(): number[] {
    return [...this.#items.keys()];
  }

  values(): unknown[] {
    return this.#items;
  }

  entries(): [number, unknown][] {
    return [...this.#items.entries()];
  }

  snapshot(): unknown[] {
    return this.#items;
  }

  #put(at: number, value: unknown): unknown {
    const before = this.#items[at];
    this.#items[at] = value;
    letGo(before, value);
    return value;
  }
}
