import type { Operation } from '../operation.js';

/** `Atomics` whose every operation is one of the scheduler's. Whatever array it is asked for, it means the shared words. */
export function atomicsOf(perform: (operation: Operation) => number): Atomics {
  const change =
    (kind: 'store' | 'exchange' | 'add' | 'sub' | 'and' | 'or' | 'xor') =>
    (_: unknown, index: number, value: number): number => {
      const result = perform({ kind, index, value: value | 0 });
      return kind === 'store' ? value : result;
    };
  return {
    load: (_: unknown, index: number) => perform({ kind: 'load', index }),
    store: change('store'),
    exchange: change('exchange'),
    add: change('add'),
    sub: change('sub'),
    and: change('and'),
    or: change('or'),
    xor: change('xor'),
    compareExchange: (_: unknown, index: number, expected: number, value: number) =>
      perform({ kind: 'compareExchange', index, expected: expected | 0, value: value | 0 }),
  } as unknown as Atomics;
}
