import type { Cells } from './cells.js';
import { show } from './show.js';

/** Booleans, a byte each. */
export function booleanCells(array: Uint8Array<SharedArrayBuffer>): Cells<boolean, Uint8Array<SharedArrayBuffer>> {
  return {
    array,
    check(value) {
      if (typeof value === 'boolean') return value;
      throw new TypeError(`A value of type bool is true or false, received ${show(value)}`);
    },
    load: (index) => Atomics.load(array, index) !== 0,
    store: (index, value) => void Atomics.store(array, index, Number(value)),
    add() {
      throw new TypeError('Nothing can be added to a value of type bool: use set() or compareExchange()');
    },
    compareExchange: (index, expected, replacement) =>
      Atomics.compareExchange(array, index, Number(expected), Number(replacement)) !== 0,
  };
}
