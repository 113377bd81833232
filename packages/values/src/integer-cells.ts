import type { Cells } from './cells.js';
import { show } from './show.js';

type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Integers of up to 32 bits. */
export function integerCells<A extends IntegerArray>(type: string, array: A): Cells<number, A> {
  const bits = array.BYTES_PER_ELEMENT * 8;
  const min = type.startsWith('u') ? 0 : -(2 ** (bits - 1));
  const max = min + 2 ** bits - 1;
  const check = (value: unknown): number => {
    if (typeof value !== 'number') throw new TypeError(`A value of type ${type} is a number, received ${show(value)}`);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`A value of type ${type} is a whole number from ${min} to ${max}, received ${value}`);
    }
    return value;
  };
  return {
    array,
    check,
    load: (index) => Atomics.load(array, index),
    store: (index, value) => void Atomics.store(array, index, value),
    add(index, amount) {
      for (;;) {
        const before = Atomics.load(array, index);
        const sum = before + amount;
        if (!Number.isInteger(amount) || sum < min || sum > max) {
          throw new RangeError(
            `${before} + ${amount} is no whole number from ${min} to ${max}, as type ${type} holds: nothing was added`,
          );
        }
        if (Atomics.compareExchange(array, index, before, sum) === before) return before;
      }
    },
    compareExchange: (index, expected, replacement) => Atomics.compareExchange(array, index, expected, replacement),
  };
}
