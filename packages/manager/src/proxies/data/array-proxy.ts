import { inspect } from 'node:util';
import { registerProxy } from '../attach-proxy.js';
import { defineForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodsOf } from '../../managed/container.js';
import { ManagedArray } from '../../managed/data/managed-array.js';
import type { ArrayMethods } from '@multiprocess/shared-memory';

/** Values of one type, checked, in a manager. */
export type ArrayProxy<V = unknown> = ManagerProxy &
  Forms<ArrayMethods<V>> &
  AsyncIterable<V> & {
    /** The array as one of this process would be; each access blocks until the server has answered. */
    readonly sync: { [index: number]: V; readonly length: number } & Iterable<V>;
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'ArrayProxy';
  #view: object | undefined;

  get sync(): object {
    return (this.#view ??= viewOf(this as unknown as ArrayProxy));
  }

  /** The values at the moment when it begins. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    yield* (await this.call('snapshot', [])) as unknown[];
  }
}

defineForms(Implementation.prototype, methodsOf(ManagedArray));

/** Arrays in managers; made by {@link Manager.array}. */
export const ArrayProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('ArrayProxy', Implementation) as unknown as <V = unknown>(handle: string) => ArrayProxy<V>,
});

const INDEX = /^-?\d{1,10}$/;

function viewOf(array: ArrayProxy): object {
  const target: unknown[] = [];
  Object.defineProperty(target, inspect.custom, { value: () => array.snapshotSync(), configurable: true });
  const isIndex = (key: string | symbol): key is string => typeof key === 'string' && INDEX.test(key);
  return new Proxy(target, {
    get(_target, key) {
      if (key === 'length') return array.lengthSync();
      if (key === 'toJSON') return () => array.snapshotSync();
      if (isIndex(key)) return array.getSync(Number(key));
      const method: unknown = Reflect.get(Array.prototype, key);
      return typeof method === 'function' ? (method.bind(array.snapshotSync()) as unknown) : method;
    },
    set(_target, key, value) {
      if (!isIndex(key)) throw new TypeError(`An array has indexes and no property ${String(key)}`);
      array.setSync(Number(key), value);
      return true;
    },
    has: (_target, key) => (isIndex(key) ? Number(key) < array.lengthSync() : key in Array.prototype),
    deleteProperty(_target, key) {
      throw new TypeError(`An array has a fixed length: ${String(key)} cannot be deleted`);
    },
    ownKeys: () => [...array.snapshotSync().keys()].map(String).concat('length'),
    getOwnPropertyDescriptor(_target, key) {
      if (key === 'length')
        return { value: array.lengthSync(), writable: true, enumerable: false, configurable: false };
      if (!isIndex(key) || Number(key) >= array.lengthSync()) return undefined;
      return { value: array.getSync(Number(key)), writable: true, enumerable: true, configurable: true };
    },
  });
}
