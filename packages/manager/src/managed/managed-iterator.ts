import { Managed, noSuchMethod } from './managed.js';

type AnyIterator = Iterator<unknown, unknown, unknown> | AsyncIterator<unknown, unknown, unknown>;

/** A generator that a method has returned. A client runs it, a call for each step. */
export class ManagedIterator extends Managed {
  readonly proxy = 'IteratorProxy';
  readonly #iterator: AnyIterator;

  constructor(iterator: AnyIterator) {
    super();
    this.#iterator = iterator;
  }

  override invoke(method: string, args: readonly unknown[]): unknown {
    switch (method) {
      case 'next':
        return this.#iterator.next(...(args as [unknown?]));
      case 'return':
        return this.#iterator.return?.(args[0]) ?? { done: true, value: args[0] };
      case 'throw':
        if (this.#iterator.throw === undefined) throw args[0];
        return this.#iterator.throw(args[0]);
      default:
        throw noSuchMethod(this.proxy, method);
    }
  }
}

/** Whether a result is a generator or another iterator, not a collection. */
export function isIterator(value: unknown): value is AnyIterator {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return (
    'next' in value && typeof value.next === 'function' && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}
