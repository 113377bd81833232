import { inspect } from 'node:util';
import { argumentError } from '@multiprocess/shared-memory';

/** What a view of names and values asks of the object behind it. */
interface Recordlike {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  has(name: string): boolean;
  delete(name: string): void;
  names(): string[];
  snapshot(): Record<string, unknown>;
  /** What iteration gives; absent if there is none. */
  readonly entries?: () => Iterable<unknown>;
}

/** Names and values as if they were the properties of an object of this process. Each access is one request. */
export function recordView(record: Recordlike): Record<string, unknown> {
  const target: Record<string | symbol, unknown> = {};
  Object.defineProperty(target, inspect.custom, { value: () => record.snapshot(), configurable: true });
  return new Proxy(target, {
    get(_target, key) {
      if (key === Symbol.iterator) return record.entries && (() => record.entries?.()[Symbol.iterator]());
      if (typeof key === 'symbol') return Reflect.get(Object.prototype, key) as unknown;
      // JSON.stringify() would ask for each value on its own.
      if (key === 'toJSON' && !record.has(key)) return () => record.snapshot();
      return record.get(key);
    },
    set(_target, key, value) {
      record.set(nameOf(key), value);
      return true;
    },
    has: (_target, key) => typeof key === 'string' && record.has(key),
    deleteProperty(_target, key) {
      record.delete(nameOf(key));
      return true;
    },
    ownKeys: () => record.names(),
    getOwnPropertyDescriptor(_target, key) {
      if (typeof key === 'symbol' || !record.has(key)) return undefined;
      return { value: record.get(key), writable: true, enumerable: true, configurable: true };
    },
    defineProperty(_target, key, { value }) {
      record.set(nameOf(key), value);
      return true;
    },
  });
}

function nameOf(key: string | symbol): string {
  if (typeof key === 'string') return key;
  throw argumentError('name', 'a string', key);
}
