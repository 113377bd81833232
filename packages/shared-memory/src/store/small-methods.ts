import type { Traveller } from './list-methods.js';

/** What a namespace can do, each in the server and in one step. */
export interface NamespaceMethods {
  /** The value of the name; undefined if it has none. Frozen: to change it, change a copy and {@link set} it. */
  get(name: string): unknown;
  /** Sets the value of the name. */
  set(name: string, value: unknown): void;
  /** Takes the name out, and tells whether it had a value. */
  delete(name: string): boolean;
  /** Whether the name has a value. */
  has(name: string): boolean;
  /** All names, in the order in which they were added first. */
  names(): string[];
  /** A copy of all of it. */
  snapshot(): Record<string, unknown>;
}

/** What a value can do, each in the server and in one step. */
export interface ValueMethods<T> {
  /** The value. Frozen: to change it, change a copy and {@link set} it, or {@link update}. */
  get(): T;
  /** Sets it. */
  set(value: T): void;
  /** Adds to a number or bigint, and returns the value before, as `SharedValue` does. */
  add(amount: T): T;
  /** Sets it if it equals `expected` (deeply), and tells whether it did. */
  compareAndSet(expected: T, value: T): boolean;
  /** Sets it to what `change` makes of it, in one step, and returns that. */
  update(change: Traveller<(value: T, ...args: never[]) => T>, ...args: unknown[]): T;
}

/** What an array can do, each in the server and in one step. Index and range are checked; negative indexes count from the end. */
export interface ArrayMethods<V> {
  /** The value at the index. @throws {@link TypeError} or {@link RangeError} if there is no such index. */
  get(index: number): V;
  /** Sets the value at the index. @throws {@link TypeError} or {@link RangeError} if it is not of the type, or there is no such index. */
  set(index: number, value: V): void;
  /** Adds to a value, and returns the value before. @throws {@link TypeError} or {@link RangeError} if the sum is out of range, or `amount` not of the type. */
  add(index: number, amount: V): V;
  /** How many values it has, which never changes. */
  length(): number;
  /** A copy of the values from `start` to the one before `end`. */
  slice(start?: number, end?: number): V[];
  /** Sets the values from `start` to the one before `end`. */
  fill(value: V, start?: number, end?: number): void;
  /** A copy of all of it. */
  snapshot(): V[];
}
