import { checkInteger } from '@multiprocess/shared-memory';
import type { Cells } from './cells.js';

type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Integers of up to 32 bits. */
export function integerCells<A extends IntegerArray>(type: string, array: A): Cells<number, A> {
  const bits = array.BYTES_PER_ELEMENT * 8;
  const min = type.startsWith('u') ? 0 : -(2 ** (bits - 1));
  const max = min + 2 ** bits - 1;
  const limits = { min, max };
  return {
    array,
    check: (value, name = 'value') => checkInteger(name, value, limits),
    load: (index) => Atomics.load(array, index),
    store: (index, value) => void Atomics.store(array, index, value),
    add(index, amount) {
      for (;;) {
        const before = Atomics.load(array, index);
        const sum = before + amount;
        if (!Number.isInteger(amount) || sum < min || sum > max) {
          throw new RangeError(
            `${before} + ${amount} is not a whole number from ${min} to ${max}, as type ${type} requires: nothing was added`,
          );
        }
        if (Atomics.compareExchange(array, index, before, sum) === before) return before;
      }
    },
    compareExchange: (index, expected, replacement) => Atomics.compareExchange(array, index, expected, replacement),
  };
}
