import { argumentError, received } from '@multiprocess/shared-memory';
import type { Cells } from './cells.js';

// Atomics work on integers only, so a float is loaded, stored and exchanged as the integer with the same bits. Floats compare
// as by `Object.is`; all NaNs are equal, since they are stored with the same bits.

/** Converts a float to its bits and back: `one` and `bits` lie over the same bytes. */
interface Punning<B> {
  readonly one: Float32Array | Float64Array;
  readonly bits: Record<number, B>;
}

interface FloatCells<B> {
  readonly type: string;
  readonly punning: Punning<B>;
  readonly load: (index: number) => B;
  readonly store: (index: number, bits: B) => void;
  readonly exchange: (index: number, expected: B, replacement: B) => B;
}

export function float64Cells(buffer: SharedArrayBuffer, byteOffset: number, length: number) {
  const array = new Float64Array(buffer, byteOffset, length);
  const words = new BigInt64Array(buffer, byteOffset, length);
  const one = new Float64Array(1);
  return floatCells<Float64Array<SharedArrayBuffer>, bigint>(array, {
    type: 'f64',
    punning: { one, bits: new BigInt64Array(one.buffer) },
    load: (index) => Atomics.load(words, index),
    store: (index, bits) => void Atomics.store(words, index, bits),
    exchange: (index, expected, replacement) => Atomics.compareExchange(words, index, expected, replacement),
  });
}

export function float32Cells(buffer: SharedArrayBuffer, byteOffset: number, length: number) {
  const array = new Float32Array(buffer, byteOffset, length);
  const words = new Int32Array(buffer, byteOffset, length);
  const one = new Float32Array(1);
  return floatCells<Float32Array<SharedArrayBuffer>, number>(array, {
    type: 'f32',
    punning: { one, bits: new Int32Array(one.buffer) },
    load: (index) => Atomics.load(words, index),
    store: (index, bits) => void Atomics.store(words, index, bits),
    exchange: (index, expected, replacement) => Atomics.compareExchange(words, index, expected, replacement),
  });
}

function floatCells<A, B>(array: A, cells: FloatCells<B>): Cells<number, A> {
  const { punning, type } = cells;
  const toBits = (value: number): B => {
    punning.one[0] = value;
    return punning.bits[0]!;
  };
  const toFloat = (bits: B): number => {
    punning.bits[0] = bits;
    return punning.one[0]!;
  };
  const check = (value: unknown, name = 'value'): number => {
    if (typeof value !== 'number') throw argumentError(name, 'a number', value);
    if (!Number.isFinite(value) || Number.isFinite(toFloat(toBits(value)))) return value;
    throw new RangeError(`${name} must be a number that type ${type} can hold, received ${received(value)}`);
  };
  return {
    array,
    check,
    load: (index) => toFloat(cells.load(index)),
    store: (index, value) => cells.store(index, toBits(value)),
    add(index, amount) {
      for (;;) {
        const before = cells.load(index);
        const value = toFloat(before);
        if (cells.exchange(index, before, toBits(check(value + amount, 'the sum'))) === before) return value;
      }
    },
    compareExchange: (index, expected, replacement) =>
      toFloat(cells.exchange(index, toBits(expected), toBits(replacement))),
  };
}
