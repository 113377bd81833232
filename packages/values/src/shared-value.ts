import { attachMemory, ObjectMemory, parseHandle, registerKind } from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import type { Cells } from './cells/cells.js';
import { cellsOver, NO_MEMORY } from './cells/cells-over.js';
import { createValue, lookAtValue, openTyped } from './typed-memory.js';
import type { CellOptions, TypedMemory } from './typed-memory.js';
import { TypedObject } from './typed-object.js';
import { bytesOf, checkType } from './cells/value-types.js';
import type { ArrayTypes, ValueType, ValueTypes } from './cells/value-types.js';

const KIND = 'values.SharedValue';

/**
 * One number, bigint or boolean in shared memory.
 *
 * Each method is one atomic operation, and never waits: no other thread sees it half done, and a crash leaves the value before
 * or after it. Several operations, like `v.value = v.value * 2`, are atomic under {@link lock} if all threads take it. The
 * methods themselves do not take it, so that they never block an event loop.
 *
 * @example Four processes count together
 * ```ts source="./values.examples.ts#count"
 * const hits = new SharedValue('i32', 0);
 * hits.add(1); // exact, however many processes do it
 *
 * hits.lock.runSync(() => {
 *   hits.value = hits.value * 2; // two operations, but one for all that take the lock
 * });
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value | Python's Value}
 */
export class SharedValue<T extends ValueType = ValueType> extends TypedObject<T, ObjectMemory> {
  readonly #cells: Cells<ValueTypes[T], ArrayTypes[T]>;
  readonly #index: number;

  /**
   * Creates a value, or attaches to the one of the same name, which is kept.
   *
   * @param type one of `i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 bool`
   * @param initial the initial value. Default: 0, 0n or false
   * @throws {@link TypeError} or {@link RangeError} if there is no such type, or `initial` is not of the type.
   * @throws {@link HandleError} if the name is taken by something else, or by a value of another type.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(type: T, initial?: ValueTypes[T], options?: CellOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: T | ObjectMemory, initial?: ValueTypes[T], options: CellOptions = {}) {
    const typed = from instanceof ObjectMemory ? openTyped(from) : create(checkType(from), initial, options);
    super(typed);
    this.#cells = cellsIn<T>(typed);
    this.#index = indexIn(typed);
  }

  /**
   * The value that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach<T extends ValueType = ValueType>(handle: string): SharedValue<T> {
    const { kind, reference } = parseHandle(handle);
    return new SharedValue<T>(attachMemory(reference, KIND, kind));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { type: this.type, value: this.get() };
  }

  /** The same as {@link get} and {@link set}. */
  get value(): ValueTypes[T] {
    return this.get();
  }

  set value(value: ValueTypes[T]) {
    this.set(value);
  }

  /** The value, as one atomic read. */
  get(): ValueTypes[T] {
    this.openSegment();
    return this.#cells.load(this.#index);
  }

  /** @throws {@link TypeError} or {@link RangeError} if it is not a value of the type. Nothing is changed then. */
  set(value: ValueTypes[T]): void {
    this.openSegment();
    this.#cells.store(this.#index, this.#cells.check(value));
  }

  /**
   * Adds to the value atomically.
   *
   * @returns the value before, as `Atomics.add` does
   * @throws {@link TypeError} or {@link RangeError} if `amount` is not of the type, or the sum is out of its range. Nothing is changed then.
   */
  add(amount: ValueTypes[T]): ValueTypes[T] {
    this.openSegment();
    return this.#cells.add(this.#index, this.#cells.check(amount, 'amount'));
  }

  /**
   * Sets the value to `replacement` if it is `expected`, as `Atomics.compareExchange` does. Floats are compared as by
   * `Object.is`.
   *
   * @returns the value before, which is `expected` if it was replaced
   * @throws {@link TypeError} or {@link RangeError} if one of them is not a value of the type. Nothing is changed then.
   */
  compareExchange(expected: ValueTypes[T], replacement: ValueTypes[T]): ValueTypes[T] {
    this.openSegment();
    const { check } = this.#cells;
    return this.#cells.compareExchange(this.#index, check(expected, 'expected'), check(replacement, 'replacement'));
  }
}

registerKind(KIND, (reference) => new SharedValue(attachMemory(reference, KIND)), lookAtValue);

function cellsIn<T extends ValueType>({ type, memory }: TypedMemory) {
  return cellsOver(type as T, memory.buffer);
}

/** Its index among all values of the type in the buffer. */
function indexIn({ type, byteOffset }: TypedMemory): number {
  return byteOffset / bytesOf(type);
}

function create<T extends ValueType>(type: T, initial: ValueTypes[T] | undefined, options: CellOptions): TypedMemory {
  if (initial !== undefined) cellsOver(type, NO_MEMORY).check(initial, 'initial');
  const fill = (made: TypedMemory): void => {
    if (initial !== undefined) cellsIn<T>(made).store(indexIn(made), initial);
  };
  return createValue({ kind: KIND, type, length: 1, options, fill });
}
