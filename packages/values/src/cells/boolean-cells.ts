import { checkBoolean } from '@multiprocess/shared-memory';
import type { Cells } from './cells.js';

/** Booleans, a byte each. */
export function booleanCells(array: Uint8Array<SharedArrayBuffer>): Cells<boolean, Uint8Array<SharedArrayBuffer>> {
  return {
    array,
    check: (value, name = 'value') => checkBoolean(name, value),
    load: (index) => Atomics.load(array, index) !== 0,
    store: (index, value) => void Atomics.store(array, index, Number(value)),
    add() {
      throw new TypeError('A value of type bool has no sum: use set() or compareExchange()');
    },
    compareExchange: (index, expected, replacement) =>
      Atomics.compareExchange(array, index, Number(expected), Number(replacement)) !== 0,
  };
}
