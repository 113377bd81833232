import { inspect } from 'node:util';
import type { ListMethods } from '@multiprocess/shared-memory';
import type { SyncForms } from '../forms.js';

/** Methods that change the list, or need no function: done by the server in one step. The others work on a copy of it. */
const IN_SERVER = new Set([
  'at',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'slice',
  'includes',
  'indexOf',
  'lastIndexOf',
  'join',
]);
/** Methods that change the list and return it. */
const RETURN_SELF = new Set(['fill', 'reverse', 'sort']);

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/**
 * The list as if it were an array of this process: indexes, `length`, `in`, `delete`, iteration, spread, JSON, inspection
 * and the methods of arrays. Each is one request, but for methods that call a function, which run on a copy.
 */
export function listView(list: SyncForms<ListMethods<unknown>>): unknown[] {
  // The target is an array, so that Array.isArray() and JSON see one; it stays empty.
  const target: unknown[] = [];
  Object.defineProperty(target, inspect.custom, { value: () => list.snapshotSync(), configurable: true });
  const view: unknown[] = new Proxy(target, {
    get(_target, key, receiver) {
      if (key === 'length') return list.lengthSync();
      if (key === 'toJSON') return () => list.snapshotSync();
      if (isIndex(key)) return list.getSync(Number(key));
      return typeof key === 'string' ? methodOf(key) : symbolOf(key, receiver);
    },
    set(_target, key, value) {
      if (key === 'length') list.setLengthSync(value as number);
      else if (isIndex(key)) list.setSync(Number(key), value);
      else throw new TypeError(`A list has indexes and no property ${String(key)}`);
      return true;
    },
    has: (_target, key) => (isIndex(key) ? Number(key) < list.lengthSync() : key in Array.prototype),
    deleteProperty(_target, key) {
      throw new TypeError(`delete would leave a hole at ${String(key)}: use splice()`);
    },
    ownKeys: () => [...list.keysSync().map(String), 'length'],
    getOwnPropertyDescriptor(_target, key) {
      if (key === 'length') return { value: list.lengthSync(), writable: true, enumerable: false, configurable: false };
      if (!isIndex(key) || Number(key) >= list.lengthSync()) return undefined;
      return { value: list.getSync(Number(key)), writable: true, enumerable: true, configurable: true };
    },
    defineProperty(_target, key, { value }) {
      if (!isIndex(key)) throw new TypeError(`A list has indexes and no property ${String(key)}`);
      list.setSync(Number(key), value);
      return true;
    },
  });

  function methodOf(name: string): unknown {
    const method: unknown = Reflect.get(Array.prototype, name);
    if (typeof method !== 'function') return undefined;
    return (...args: unknown[]): unknown => {
      if (IN_SERVER.has(name)) return Reflect.apply(Reflect.get(list, `${name}Sync`) as () => unknown, list, args);
      if (!RETURN_SELF.has(name)) return Reflect.apply(method, list.snapshotSync(), args) as unknown;
      Reflect.apply(Reflect.get(list, `${name}Sync`) as () => unknown, list, args);
      return view;
    };
  }

  function symbolOf(key: symbol, receiver: unknown): unknown {
    if (key === Symbol.iterator) return () => list.valuesSync()[Symbol.iterator]();
    return Reflect.get(Array.prototype, key, receiver);
  }

  return view;
}

function isIndex(key: string | symbol): key is string {
  return typeof key === 'string' && INDEX.test(key);
}
