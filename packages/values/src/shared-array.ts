import { attachSegment, checkInteger, registerSegmentClass, Segment } from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import { cellsOf } from './cells/cells-of.js';
import { cellsOver, NO_MEMORY } from './cells/cells-over.js';
import type { Cells } from './cells/cells.js';
import { checkIterableObject } from './check-iterable-object.js';
import { resolveIndex } from './resolve-index.js';
import { createArray, lookAtArray, openTyped } from './typed-memory.js';
import type { CellOptions, TypedMemory } from './typed-memory.js';
import { TypedObject } from './typed-object.js';
import { checkType } from './cells/value-types.js';
import type { ArrayTypes, ValueType, ValueTypes } from './cells/value-types.js';

const KIND = 'values.SharedArray';
const MAX_VALUES = 2 ** 30;

/**
 * A typed array in shared memory, of fixed length.
 *
 * {@link array} is the memory itself, as a real typed array: it makes no copy, and checks only what JavaScript does.
 * {@link at}, {@link set} and the other methods check index and range, and each of them is atomic.
 *
 * @example
 * ```ts source="./values.examples.ts#array"
 * const samples = new SharedArray('f64', 1000);
 * samples.array.fill(0.5); // a Float64Array over shared memory
 * samples.set(-1, 2); // checked, atomic; negative indexes count from the end
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Array | Python's Array}
 */
export class SharedArray<T extends ValueType = ValueType>
  extends TypedObject<T, Segment>
  implements Iterable<ValueTypes[T]>
{
  readonly #length: number;
  readonly #cells: Cells<ValueTypes[T], ArrayTypes[T]>;

  /**
   * Creates an array, or attaches to the one of the same name, which keeps its values.
   *
   * @param type one of `i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 bool`
   * @param content the values, or their number; they start with 0, 0n or false
   * @throws {@link TypeError} or {@link RangeError} if there is no such type, a value is not of the type, or the length is out of range.
   * @throws {@link HandleError} if the name is taken by something else, or by an array of another type or length.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(type: T, content: number | Iterable<ValueTypes[T]>, options?: CellOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: T | Segment, content?: number | Iterable<ValueTypes[T]>, options: CellOptions = {}) {
    const typed = from instanceof Segment ? openTyped(from) : create(checkType(from), content!, options);
    super(typed);
    this.#length = typed.length;
    this.#cells = cellsIn<T>(typed);
  }

  /**
   * The array that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach<T extends ValueType = ValueType>(handle: string): SharedArray<T> {
    return new SharedArray<T>(attachSegment(handle, KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { type: this.type, length: this.length, array: this.array };
  }

  get length(): number {
    this.openSegment();
    return this.#length;
  }

  /** The memory itself. After {@link close}, it reads as zeros, and writes are lost. */
  get array(): ArrayTypes[T] {
    this.openSegment();
    return this.#cells.array;
  }

  /** The value at the index. Negative ones count from the end. @throws {@link TypeError} or {@link RangeError} if there is no such index. */
  at(index: number): ValueTypes[T] {
    return this.#cells.load(this.#index(index));
  }

  /** @throws {@link TypeError} or {@link RangeError} if there is no such index, or the value is not of the type. Nothing is changed then. */
  set(index: number, value: ValueTypes[T]): void {
    const at = this.#index(index);
    this.#cells.store(at, this.#cells.check(value));
  }

  /**
   * Adds to a value atomically.
   *
   * @returns the value before
   * @throws {@link TypeError} or {@link RangeError} if there is no such index, `amount` is not of the type, or the sum is out of range. Nothing is changed then.
   */
  add(index: number, amount: ValueTypes[T]): ValueTypes[T] {
    const at = this.#index(index);
    return this.#cells.add(at, this.#cells.check(amount, 'amount'));
  }

  /**
   * Sets a value to `replacement` if it is `expected`. Returns the value before.
   *
   * @throws {@link TypeError} or {@link RangeError} if there is no such index, or one of them is not of the type. Nothing is changed then.
   */
  compareExchange(index: number, expected: ValueTypes[T], replacement: ValueTypes[T]): ValueTypes[T] {
    const at = this.#index(index);
    const { check } = this.#cells;
    return this.#cells.compareExchange(at, check(expected, 'expected'), check(replacement, 'replacement'));
  }

  /** The values, each as it is when its turn comes. */
  *[Symbol.iterator](): Generator<ValueTypes[T], void, void> {
    for (let i = 0; i < this.length; i++) yield this.#cells.load(i);
  }

  #index(index: number): number {
    this.openSegment();
    return resolveIndex(index, this.#length);
  }
}

registerSegmentClass(KIND, SharedArray, lookAtArray);

function cellsIn<T extends ValueType>({ type, memory, byteOffset, length }: TypedMemory) {
  return cellsOf(type as T, memory.buffer, byteOffset, length);
}

function create<T extends ValueType>(
  type: T,
  content: number | Iterable<ValueTypes[T]>,
  options: CellOptions,
): TypedMemory<Segment> {
  const { check } = cellsOver(type, NO_MEMORY);
  const wanted = 'a length, or an iterable of values';
  const values =
    typeof content === 'number'
      ? undefined
      : Array.from(checkIterableObject('content', content, wanted), (value) => check(value, 'each value of content'));
  const length = values?.length ?? (content as number);
  checkInteger('content', length, { max: MAX_VALUES, unit: 'values' });
  const fill = (made: TypedMemory): void => {
    const cells = cellsIn<T>(made);
    values?.forEach((value, i) => cells.store(i, value));
  };
  return createArray({ kind: KIND, type, length, options, fill });
}
