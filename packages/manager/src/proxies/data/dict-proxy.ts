import { registerProxy } from '../attach-proxy.js';
import { methodsOf } from '../../managed/container.js';
import { ManagedDict } from '../../managed/data/managed-dict.js';
import type { DictMethods, StoreDictUpdate } from '@multiprocess/shared-memory';
import { defineForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { recordView } from './record-view.js';

/**
 * A dict in a manager.
 *
 * Every method returns a promise, and has a form with `Sync` behind its name that blocks the thread instead. What is read
 * is a copy, frozen where it is part of the dict; what is a proxy itself, like a list in the dict, is live.
 */
export type DictProxy<K = unknown, V = unknown> = ManagerProxy &
  Omit<Forms<DictMethods<K, V>>, 'update' | 'updateSync'> &
  DictUpdate<K, V> &
  AsyncIterable<[K, V]> & {
    /** The dict as an object of this process would be, by its keys that are strings; each access blocks the thread. */
    readonly sync: Record<string, V> & Iterable<[K, V]>;
  };

/** `update` of a dict, beside its other methods since overloads do not survive being mapped. */
export interface DictUpdate<K, V> extends StoreDictUpdate<K, V> {
  /** Like the forms of {@link update}, but blocks the thread until the server has answered. */
  updateSync(content: Readonly<Record<string, V>> | Iterable<readonly [K, V]>): void;
  /** Like the form of {@link update} with a function, but blocks the thread until the server has answered. */
  updateSync(key: K, change: (value: V | undefined, ...args: never[]) => V, ...args: unknown[]): V;
}

class Implementation extends ManagerProxy {
  protected readonly kind = 'DictProxy';
  #view: object | undefined;

  get sync(): object {
    return (this.#view ??= viewOf(this as unknown as DictProxy));
  }

  /** The pairs at the moment when it begins. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    yield* (await this.call('entries', [])) as unknown[];
  }
}

defineForms(Implementation.prototype, methodsOf(ManagedDict), [
  'get',
  'values',
  'entries',
  'setDefault',
  'update',
] satisfies (keyof DictMethods<unknown, unknown>)[]);

/** Dicts in managers; made by {@link Manager.dict}. */
export const DictProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('DictProxy', Implementation) as unknown as <K = unknown, V = unknown>(
    handle: string,
  ) => DictProxy<K, V>,
});

function viewOf(dict: DictProxy): object {
  return recordView({
    get: (name) => dict.getSync(name),
    set: (name, value) => dict.setSync(name, value),
    has: (name) => dict.hasSync(name),
    delete: (name) => void dict.deleteSync(name),
    names: () => dict.keysSync().filter((key) => typeof key === 'string'),
    snapshot: () => dict.toObjectSync(),
    entries: () => dict.entriesSync(),
  });
}
