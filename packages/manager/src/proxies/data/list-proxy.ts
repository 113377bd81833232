import { registerProxy } from '../attach-proxy.js';
import { defineForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { methodsOf } from '../../managed/container.js';
import { ManagedList } from '../../managed/data/managed-list.js';
import type { ListMethods, StoreListTransforms } from '@multiprocess/shared-memory';
import { listView } from './list-view.js';
import { ManagerProxy } from '../manager-proxy.js';

/**
 * A list in a manager.
 *
 * Every method returns a promise, and has a form with `Sync` behind its name that blocks the thread instead. `sync` is
 * the list as if it were an array of this process. What is read of it is a copy, frozen where it is part of the list;
 * what is a proxy itself, like a dict in the list, is live.
 */
export type ListProxy<T = unknown> = ManagerProxy &
  Omit<Forms<ListMethods<T>>, keyof ListTransforms<T>> &
  ListTransforms<T> &
  AsyncIterable<T> & {
    /** The list as an array of this process would be; each access blocks until the server has answered. */
    readonly sync: T[];
  };

/** Methods with a type of their own, which does not survive being mapped. */
export interface ListTransforms<T> extends StoreListTransforms<T> {
  /** Like {@link map}, but blocks the thread until the server has answered. */
  mapSync<R>(change: (value: T, index: number) => R): R[];
  /** Like {@link reduce}, but blocks the thread until the server has answered. */
  reduceSync<R>(step: (sum: R, value: T, index: number) => R, initial: R): R;
}

class Implementation extends ManagerProxy {
  protected readonly kind = 'ListProxy';
  #view: unknown[] | undefined;

  get sync(): unknown[] {
    return (this.#view ??= listView(this as unknown as ListProxy));
  }

  /** The elements at the moment when it begins. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    yield* (await this.call('values', [])) as unknown[];
  }
}

defineForms(Implementation.prototype, methodsOf(ManagedList), [
  'get',
  'at',
  'find',
  'values',
  'entries',
  'update',
] satisfies (keyof ListMethods<unknown>)[]);

/** Lists in managers; made by {@link Manager.list}. */
export const ListProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('ListProxy', Implementation) as unknown as <T = unknown>(handle: string) => ListProxy<T>,
});
