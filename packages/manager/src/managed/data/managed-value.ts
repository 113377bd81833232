import { isDeepStrictEqual } from 'node:util';
import { amountOf, functionOf } from '@multiprocess/shared-memory';
import { Container } from '../container.js';
import { letGo } from '../let-go.js';

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
    const before = this.#value;
    this.#value = value;
    letGo(before, value);
  }

  /** Returns the value before, as `SharedValue.add()` does. */
  add(amount: number | bigint): unknown {
    const before = this.#value;
    this.#value = amountOf(before, amount);
    return before;
  }

  compareAndSet(expected: unknown, value: unknown): boolean {
    const isExpected = isDeepStrictEqual(this.#value, expected);
    if (isExpected) this.set(value);
    else letGo(value);
    return isExpected;
  }

  update(change: unknown, ...args: unknown[]): unknown {
    const value = functionOf('change', change)(this.#value, ...args);
    this.set(value);
    return value;
  }
}
