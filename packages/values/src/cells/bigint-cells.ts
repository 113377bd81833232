import type { Cells } from './cells.js';
import { checkBigint } from './check-bigint.js';

/** Integers of 64 bits. */
export function bigintCells<A extends BigInt64Array | BigUint64Array>(type: string, array: A): Cells<bigint, A> {
  const min = type === 'u64' ? 0n : -(2n ** 63n);
  const max = min + 2n ** 64n - 1n;
  return {
    array,
    check: (value, name = 'value') => checkBigint(name, value, min, max),
    load: (index) => Atomics.load(array, index),
    store: (index, value) => void Atomics.store(array, index, value),
    add(index, amount) {
      for (;;) {
        const before = Atomics.load(array, index);
        const sum = before + amount;
        if (sum < min || sum > max) {
          throw new RangeError(`${before} + ${amount} is out of the range of type ${type}: nothing was added`);
        }
        if (Atomics.compareExchange(array, index, before, sum) === before) return before;
      }
    },
    compareExchange: (index, expected, replacement) => Atomics.compareExchange(array, index, expected, replacement),
  };
}
