/**
 * Values of one type that lie in a row. Each access is one atomic operation, and each value is checked before memory is
 * touched; the index is not, callers have done that.
 */
export interface Cells<V, A> {
  /** The same memory, without checks. */
  readonly array: A;
  /** @throws {TypeError | RangeError} If it is no value of the type. */
  check(value: unknown): V;
  load(index: number): V;
  store(index: number, value: V): void;
  /** Returns the value before. @throws {RangeError} If the sum is out of range; nothing is changed then. */
  add(index: number, amount: V): V;
  /** Stores `replacement` if the value is `expected`. Returns the value before. */
  compareExchange(index: number, expected: V, replacement: V): V;
}
