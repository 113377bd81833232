import type { SharedObject } from '../base/shared-object.js';
import type { AsyncForms } from './async-forms.js';
import type { DictMethods } from './dict-methods.js';
import type { ListMethods } from './list-methods.js';
import type { QueueMethods, StoreJoinableWaits, StoreQueueWaits } from './queue-methods.js';
import type { NamespaceMethods, ValueMethods } from './small-methods.js';

/** `update` of a dict, beside its other methods since overloads do not survive being mapped. */
export interface StoreDictUpdate<K, V> {
  /** Sets all that an object, a Map or pairs have. */
  update(content: Readonly<Record<string, V>> | Iterable<readonly [K, V]>): Promise<void>;
  /** Sets the value to what `change` makes of it, in one step; returns that. */
  update(key: K, change: (value: V | undefined, ...args: never[]) => V, ...args: unknown[]): Promise<V>;
}

/** Methods of lists with a type of their own, which does not survive being mapped. */
export interface StoreListTransforms<T> {
  /** What `change` makes of each element. */
  map<R>(change: (value: T, index: number) => R): Promise<R[]>;
  /** What `step` makes of all of them. */
  reduce<R>(step: (sum: R, value: T, index: number) => R, initial: R): Promise<R>;
}

/** A list of a store. What is read of it is a copy, frozen where it is part of the list. */
export type StoreList<T = unknown> = SharedObject &
  Omit<AsyncForms<ListMethods<T>>, keyof StoreListTransforms<T>> &
  StoreListTransforms<T> &
  AsyncIterable<T>;

/** A dict of a store. What is read of it is a copy, frozen where it is part of the dict. */
export type StoreDict<K = unknown, V = unknown> = SharedObject &
  Omit<AsyncForms<DictMethods<K, V>>, 'update'> &
  StoreDictUpdate<K, V> &
  AsyncIterable<[K, V]>;

/** Names with values in a store. */
export type StoreNamespace = SharedObject & AsyncForms<NamespaceMethods>;

/** One value of any kind in a store. */
export type StoreValue<T = unknown> = SharedObject & AsyncForms<ValueMethods<T>>;

/** A queue of a store. Fair. */
export type StoreQueue<T = unknown> = SharedObject & AsyncForms<QueueMethods> & StoreQueueWaits<T> & AsyncIterable<T>;

/** A queue of a store that knows when everything that was put has been processed. */
export type StoreJoinableQueue<T = unknown> = StoreQueue<T> & StoreJoinableWaits;
