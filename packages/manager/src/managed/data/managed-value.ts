import { isDeepStrictEqual } from 'node:util';
import { amountOf, functionOf } from '../arguments.js';
import { Container } from '../container.js';

/** One value of any kind. */
export class ManagedValue extends Container {
  readonly proxy = 'ValueProxy';
  #value: unknown;

  constructor(initial: unknown) {
    super();
    this.#value = initial;
  }

  get(): unknown {
    return this.#value;
  }

  set(value: unknown): void {
    this.#value = value;
  }

  /** Returns the value before, as `SharedValue.add()` does. */
  add(amount: number | bigint): unknown {
    const before = this.#value;
    this.#value = amountOf(before, amount);
    return before;
  }

  compareAndSet(expected: unknown, value: unknown): boolean {
    if (!isDeepStrictEqual(this.#value, expected)) return false;
    this.#value = value;
    return true;
  }

  update(change: unknown, ...args: unknown[]): unknown {
    return (this.#value = functionOf('change', change)(this.#value, ...args));
  }
}
