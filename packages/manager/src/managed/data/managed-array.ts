import { checkInteger } from '@multiprocess/shared-memory';
import { cellsOf, checkType } from '@multiprocess/values';
import type { Cells, ValueType } from '@multiprocess/values';
import { indexOf, listOf } from '../arguments.js';
import { Container } from '../container.js';

const WIDEST_BYTES = 8;
const MAX_VALUES = 2 ** 28;

/** Values of one type, checked, in a row of fixed length. */
export class ManagedArray extends Container {
  readonly proxy = 'ArrayProxy';
  readonly #cells: Cells<unknown, Iterable<unknown>>;
  readonly #length: number;

  constructor(type: unknown, content: unknown) {
    super();
    const values = typeof content === 'number' ? undefined : listOf('content', content);
    this.#length = checkInteger('content', values?.length ?? content, { max: MAX_VALUES, unit: 'values' });
    const memory = new SharedArrayBuffer(WIDEST_BYTES * this.#length);
    this.#cells = cellsOf(checkType(type as ValueType), memory, 0, this.#length);
    values?.forEach((value, i) => {
      this.#cells.store(i, this.#cells.check(value));
    });
  }

  get(index: number): unknown {
    return this.#cells.load(indexOf(index, this.#length));
  }

  set(index: number, value: unknown): void {
    const at = indexOf(index, this.#length);
    this.#cells.store(at, this.#cells.check(value));
  }

  /** Returns the value before. */
  add(index: number, amount: unknown): unknown {
    const at = indexOf(index, this.#length);
    return this.#cells.add(at, this.#cells.check(amount));
  }

  length(): number {
    return this.#length;
  }

  slice(start?: number, end?: number): unknown[] {
    return this.snapshot().slice(start, end);
  }

  fill(value: unknown, start = 0, end = this.#length): void {
    const checked = this.#cells.check(value);
    for (const i of Array.from({ length: this.#length }, (_, at) => at).slice(start, end))
      this.#cells.store(i, checked);
  }

  snapshot(): unknown[] {
    return Array.from({ length: this.#length }, (_, i) => this.#cells.load(i));
  }
}
