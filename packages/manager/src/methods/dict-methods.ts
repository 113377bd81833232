import type { Traveller } from './list-methods.js';

/** What a dict can do, each in the server and in one step. Keys are any serializable values, told apart by their content. */
export interface DictMethods<K, V> {
  /** How many entries it has. */
  size(): number;
  /** The value; undefined if there is none. Frozen: to change it, change a copy and {@link set} it, or {@link update}. */
  get(key: K): V | undefined;
  /** Sets the value of the key. */
  set(key: K, value: V): void;
  /** Whether the key has a value. */
  has(key: K): boolean;
  /** Takes the entry out, and tells whether there was one. */
  delete(key: K): boolean;
  /** Takes out all entries. */
  clear(): void;
  /** All keys, in the order in which they were added first. */
  keys(): K[];
  /** All values, in the order of {@link keys}. */
  values(): V[];
  /** All pairs of a key and its value, in the order of {@link keys}. */
  entries(): [K, V][];
  /** Sets all that an object, a Map or pairs have. */
  update(content: Readonly<Record<string, V>> | Iterable<readonly [K, V]>): void;
  /** Sets the value to what `change` makes of it (or of undefined), in one step, and returns that. */
  update(key: K, change: Traveller<(value: V | undefined, ...args: never[]) => V>, ...args: unknown[]): V;
  /** Sets the value if there is none. Returns the value that the key has then. */
  setDefault(key: K, value: V): V;
  /** Takes the value out, and returns it; `otherwise` if there is none. */
  pop(key: K, otherwise?: V): V | undefined;
  /** Takes out the entry that was added last; undefined if the dict is empty. */
  popItem(): [K, V] | undefined;
  /** Adds to a value that is a number or bigint (none counts as 0), and returns the sum. */
  increment(key: K, amount?: number | bigint): number | bigint;
  /** Sets the value if it equals `expected` (deeply; undefined for none), and tells whether it did. */
  compareAndSet(key: K, expected: V | undefined, value: V): boolean;
  /** A copy of all of it. */
  snapshot(): Map<K, V>;
  /** A copy of all of it, with keys as strings. */
  toObject(): Record<string, V>;
}
