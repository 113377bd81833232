import { isDeepStrictEqual } from 'node:util';
import { amountOf, checkInteger, functionOf, indexOf, listOf } from '@multiprocess/shared-memory';

// What a list can do that needs to know its elements: on a copy, which is written back if nothing has changed meanwhile.

/** Changes the elements in place, and returns the result. */
export type Change<R> = (items: unknown[]) => R;

export const changes = {
  delete:
    (index: number): Change<void> =>
    (items) =>
      void items.splice(indexOf(index, items.length), 1),
  update:
    (index: number, change: unknown, args: readonly unknown[]): Change<unknown> =>
    (items) => {
      const at = indexOf(index, items.length);
      return (items[at] = functionOf('change', change)(items[at], ...args));
    },
  increment:
    (index: number, amount: number | bigint): Change<number | bigint> =>
    (items) => {
      const at = indexOf(index, items.length);
      const sum = amountOf(items[at], amount);
      items[at] = sum;
      return sum;
    },
  compareAndSet:
    (index: number, expected: unknown, value: unknown): Change<boolean> =>
    (items) => {
      const at = indexOf(index, items.length);
      if (!isDeepStrictEqual(items[at], expected)) return false;
      items[at] = value;
      return true;
    },
  setLength:
    (length: number): Change<void> =>
    (items) => {
      items.length = checkInteger('length', length, { max: items.length });
    },
  insert:
    (index: number, value: unknown): Change<void> =>
    (items) =>
      void items.splice(index, 0, value),
  remove:
    (value: unknown): Change<boolean> =>
    (items) => {
      const index = positionOf(items, value);
      if (index >= 0) items.splice(index, 1);
      return index >= 0;
    },
  clear: (): Change<void> => (items) => {
    items.length = 0;
  },
  splice:
    (args: readonly unknown[]): Change<unknown[]> =>
    (items) =>
      Reflect.apply(Array.prototype.splice, items, args) as unknown[],
  fill:
    (value: unknown, start?: number, end?: number): Change<void> =>
    (items) =>
      void items.fill(value, start, end),
  reverse: (): Change<void> => (items) => void items.reverse(),
  sort:
    (compare: unknown): Change<void> =>
    (items) =>
      void items.sort(
        compare === undefined ? undefined : (functionOf('compare', compare) as (a: unknown, b: unknown) => number),
      ),
  extend: (values: Iterable<unknown>): unknown[] => listOf('values', values),
};

/** The first index of what equals `value` deeply; -1 if nothing does. */
export function positionOf(items: readonly unknown[], value: unknown, from = 0): number {
  return items.findIndex((one, i) => i >= from && isDeepStrictEqual(one, value));
}
