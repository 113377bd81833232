import { isDeepStrictEqual } from 'node:util';
import { amountOf, checkAmount, checkInteger, functionOf, indexOf, listOf } from '@multiprocess/shared-memory';

// What a list can do that needs to know its elements: on a copy, which is written back if nothing has changed meanwhile.

/** Changes the elements in place, and returns the result. */
export type Change<R> = (items: unknown[]) => R;

/** What an index may be, before it is known how long the list is. */
export const ANY_INDEX = { min: Number.MIN_SAFE_INTEGER };

/** A step at one place. The arguments are checked before anything is asked of the server, so that the error shows the caller's line. */
function changeAt<R>(index: number, change: (items: unknown[], at: number) => R): Change<R> {
  checkInteger('index', index, ANY_INDEX);
  return (items) => change(items, indexOf(index, items.length));
}

export const changes = {
  delete: (index: number): Change<void> => changeAt(index, (items, at) => void items.splice(at, 1)),
  update(index: number, change: unknown, args: readonly unknown[]): Change<unknown> {
    const changed = functionOf('change', change);
    return changeAt(index, (items, at) => (items[at] = changed(items[at], ...args)));
  },
  increment(index: number, amount: number | bigint): Change<number | bigint> {
    checkAmount(amount);
    return changeAt(index, (items, at) => {
      const sum = amountOf(items[at], amount);
      items[at] = sum;
      return sum;
    });
  },
  compareAndSet: (index: number, expected: unknown, value: unknown): Change<boolean> =>
    changeAt(index, (items, at) => {
      if (!isDeepStrictEqual(items[at], expected)) return false;
      items[at] = value;
      return true;
    }),
  setLength(length: number): Change<void> {
    checkInteger('length', length);
    return (items) => {
      items.length = checkInteger('length', length, { max: items.length });
    };
  },
  insert(index: number, value: unknown): Change<void> {
    checkInteger('index', index, ANY_INDEX);
    return (items) => void items.splice(index, 0, value);
  },
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
  sort(compare: unknown): Change<void> {
    const compared =
      compare === undefined ? undefined : (functionOf('compare', compare) as (a: unknown, b: unknown) => number);
    return (items) => void items.sort(compared);
  },
  extend: (values: Iterable<unknown>): unknown[] => listOf('values', values),
};

/** The first index of what equals `value` deeply; -1 if nothing does. */
export function positionOf(items: readonly unknown[], value: unknown, from = 0): number {
  return items.findIndex((one, i) => i >= from && isDeepStrictEqual(one, value));
}
