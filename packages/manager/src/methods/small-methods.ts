import type { Traveller } from './list-methods.js';

/** What a namespace can do, each in the server and in one step. */
export interface NamespaceMethods {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  delete(name: string): boolean;
  has(name: string): boolean;
  names(): string[];
  /** A copy of all of it. */
  snapshot(): Record<string, unknown>;
}

/** What a value can do, each in the server and in one step. */
export interface ValueMethods<T> {
  get(): T;
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
  get(index: number): V;
  set(index: number, value: V): void;
  /** Adds to a value, and returns the value before. @throws {RangeError} If the sum is out of range. */
  add(index: number, amount: V): V;
  length(): number;
  slice(start?: number, end?: number): V[];
  fill(value: V, start?: number, end?: number): void;
  /** A copy of all of it. */
  snapshot(): V[];
}
