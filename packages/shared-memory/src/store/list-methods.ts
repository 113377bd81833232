/** A function that runs in the server: a task, or a function whose source says all it needs. */
export type Traveller<F> = F;

/** What a list can do, each in the server and in one step. Negative indexes count from the end. */
export interface ListMethods<T> {
  /** How many elements it has. */
  length(): number;
  /**
   * The element; undefined if there is none. Frozen: to change it, change the copy and {@link set} it.
   *
   * @throws {@link TypeError} or {@link RangeError} if `index` is not a whole number.
   */
  get(index: number): T | undefined;
  /** Like {@link get}, under the name that it has in arrays. */
  at(index: number): T | undefined;
  /** @throws {@link TypeError} or {@link RangeError} if there is no such index, nor is it the one behind the last. */
  set(index: number, value: T): void;
  /** Takes the element out; those behind it move up. @throws {@link TypeError} or {@link RangeError} if there is no such index. */
  delete(index: number): void;
  /** Sets the element to what `change` makes of it, in one step, and returns that. */
  update(index: number, change: Traveller<(value: T, ...args: never[]) => T>, ...args: unknown[]): T;
  /** Adds to an element that is a number or bigint, and returns the sum. */
  increment(index: number, amount?: number | bigint): number | bigint;
  /** Sets the element if it equals `expected` (deeply), and tells whether it did. */
  compareAndSet(index: number, expected: T, value: T): boolean;
  /** Cuts the list. @throws {@link TypeError} or {@link RangeError} if it is not that long. */
  setLength(length: number): void;
  /** Adds the values at the end, and returns the new length. */
  push(...values: T[]): number;
  /** Takes out the last element, and returns it; undefined if the list is empty. */
  pop(): T | undefined;
  /** Takes out the first element, and returns it; undefined if the list is empty. */
  shift(): T | undefined;
  /** Adds the values at the front, and returns the new length. */
  unshift(...values: T[]): number;
  /** Puts the value before the element at `index`; at the end if the list is not that long. */
  insert(index: number, value: T): void;
  /** Adds all at the end, and returns the new length. */
  extend(values: Iterable<T>): number;
  /** Takes out the first that equals `value` (deeply), and tells whether there was one. */
  remove(value: T): boolean;
  /** Takes out all elements. */
  clear(): void;
  /** Takes out `deleteCount` elements from `start` on (all, without a number), puts the values there, and returns what it took out. */
  splice(start: number, deleteCount?: number, ...values: T[]): T[];
  /** A copy of the elements from `start` to the one before `end`. */
  slice(start?: number, end?: number): T[];
  /** A copy of all of it, with the values, and the elements of arrays, behind it. The list stays as it is. */
  concat(...more: (T | readonly T[])[]): T[];
  /** Sets the elements from `start` to the one before `end`. */
  fill(value: T, start?: number, end?: number): void;
  /** Turns the order of the elements round, in the list itself. */
  reverse(): void;
  /** Sorts the list itself, as arrays are sorted: by the texts of the elements, unless `compare` says otherwise. */
  sort(compare?: Traveller<(a: T, b: T) => number>): void;
  /** The texts of the elements with `separator`, by default a comma, between them. */
  join(separator?: string): string;
  /** Whether an element equals `value` (deeply). */
  includes(value: T): boolean;
  /** The first index of what equals `value` (deeply); -1 if nothing does. */
  indexOf(value: T, from?: number): number;
  /** The last index of what equals `value` (deeply); -1 if nothing does. */
  lastIndexOf(value: T): number;
  /** How many elements equal `value` (deeply). */
  count(value: T): number;
  /** What `change` makes of each element. The list stays as it is. */
  map<R>(change: Traveller<(value: T, index: number) => R>): R[];
  /** The elements for which `test` returns something truthy. */
  filter(test: Traveller<(value: T, index: number) => unknown>): T[];
  /** The first element for which `test` returns something truthy; undefined if there is none. */
  find(test: Traveller<(value: T, index: number) => unknown>): T | undefined;
  /** The index of the first element for which `test` returns something truthy; -1 if there is none. */
  findIndex(test: Traveller<(value: T, index: number) => unknown>): number;
  /** Whether `test` returns something truthy for one element at least. */
  some(test: Traveller<(value: T, index: number) => unknown>): boolean;
  /** Whether `test` returns something truthy for all elements. */
  every(test: Traveller<(value: T, index: number) => unknown>): boolean;
  /** What `step` makes of the elements, one after the other, from `initial` on. */
  reduce<R>(step: Traveller<(sum: R, value: T, index: number) => R>, initial: R): R;
  /** All indexes. */
  keys(): number[];
  /** All elements. */
  values(): T[];
  /** All pairs of an index and its element. */
  entries(): [number, T][];
  /** A copy of all of it. */
  snapshot(): T[];
}
