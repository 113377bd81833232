/** A function that runs in the server: a task, or a function whose source says all it needs. */
export type Traveller<F> = F;

/** What a list can do, each in the server and in one step. Negative indexes count from the end. */
export interface ListMethods<T> {
  length(): number;
  /** The element; undefined if there is none. Frozen: to change it, change the copy and {@link set} it. */
  get(index: number): T | undefined;
  at(index: number): T | undefined;
  /** @throws {RangeError} If there is no such index, nor is it the one behind the last. */
  set(index: number, value: T): void;
  /** Takes the element out; those behind it move up. @throws {RangeError} If there is no such index. */
  delete(index: number): void;
  /** Sets the element to what `change` makes of it, in one step, and returns that. */
  update(index: number, change: Traveller<(value: T, ...args: never[]) => T>, ...args: unknown[]): T;
  /** Adds to an element that is a number or bigint, and returns the sum. */
  increment(index: number, amount?: number | bigint): number | bigint;
  /** Sets the element if it equals `expected` (deeply), and tells whether it did. */
  compareAndSet(index: number, expected: T, value: T): boolean;
  /** Cuts the list. @throws {RangeError} If it is not that long. */
  setLength(length: number): void;
  push(...values: T[]): number;
  pop(): T | undefined;
  shift(): T | undefined;
  unshift(...values: T[]): number;
  insert(index: number, value: T): void;
  /** Adds all at the end, and returns the new length. */
  extend(values: Iterable<T>): number;
  /** Takes out the first that equals `value` (deeply), and tells whether there was one. */
  remove(value: T): boolean;
  clear(): void;
  splice(start: number, deleteCount?: number, ...values: T[]): T[];
  slice(start?: number, end?: number): T[];
  concat(...more: (T | readonly T[])[]): T[];
  fill(value: T, start?: number, end?: number): void;
  reverse(): void;
  sort(compare?: Traveller<(a: T, b: T) => number>): void;
  join(separator?: string): string;
  includes(value: T): boolean;
  /** The first index of what equals `value` (deeply); -1 if nothing does. */
  indexOf(value: T, from?: number): number;
  lastIndexOf(value: T): number;
  count(value: T): number;
  map<R>(change: Traveller<(value: T, index: number) => R>): R[];
  filter(test: Traveller<(value: T, index: number) => unknown>): T[];
  find(test: Traveller<(value: T, index: number) => unknown>): T | undefined;
  findIndex(test: Traveller<(value: T, index: number) => unknown>): number;
  some(test: Traveller<(value: T, index: number) => unknown>): boolean;
  every(test: Traveller<(value: T, index: number) => unknown>): boolean;
  reduce<R>(step: Traveller<(sum: R, value: T, index: number) => R>, initial: R): R;
  keys(): number[];
  values(): T[];
  entries(): [number, T][];
  /** A copy of all of it. */
  snapshot(): T[];
}
