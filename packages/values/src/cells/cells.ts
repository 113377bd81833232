/** Values of one type in a row. Each access is one atomic operation. Callers check values and indexes before. */
export interface Cells<V, A> {
  /** The same memory, without checks. */
  readonly array: A;
  /**
   * @param name what the caller calls it, for the error message. Default: `value`
   * @throws {@link TypeError} or {@link RangeError} if it is not a value of the type.
   */
  readonly check: (value: unknown, name?: string) => V;
  /** The value at the index. */
  load(index: number): V;
  /** Sets the value at the index. */
  store(index: number, value: V): void;
  /** Returns the value before. @throws {@link RangeError} if the sum is out of range; nothing is changed then. */
  add(index: number, amount: V): V;
  /** Stores `replacement` if the value is `expected`. Returns the value before. */
  compareExchange(index: number, expected: V, replacement: V): V;
}
