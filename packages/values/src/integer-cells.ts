import type { Cells } from './cells.js';
import { show } from './show.js';

type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Integers of up to 32 bits. */
export function integerCells<A extends IntegerArray>(type: string, array: A): Cells<number, A> {
  const bits = array.BYTES_PER_ELEMENT * 8;
  const least = type.startsWith('u') ? 0 : -(2 ** (bits - 1));
  const most = least + 2 ** bits - 1;
  const check = (value: unknown): number => {
    if (typeof value !== 'number') throw new TypeError(`A value of type ${type} is a number, received ${show(value)}`);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`A value of type ${type} is a whole number from ${least} to ${most}, received ${value}`);
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
        if (!Number.isInteger(amount) || sum < least || sum > most) {
          throw new RangeError(
            `${before} + ${amount} is no whole number from ${least} to ${most}, as type ${type} holds: nothing was added`,
          );
        }
        if (Atomics.compareExchange(array, index, before, sum) === before) return before;
      }
    },
    compareExchange: (index, expected, replacement) => Atomics.compareExchange(array, index, expected, replacement),
  };
}
