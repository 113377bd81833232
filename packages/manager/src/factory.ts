import { POOL_OPTIONS } from '@multiprocess/pool';
import type { Initializing, PoolOptions } from '@multiprocess/pool';
import type { ObjectStore } from '@multiprocess/shared-memory';
import { Semaphore } from '@multiprocess/sync';
import { checkType } from '@multiprocess/values';
import type { ValueType, ValueTypes } from '@multiprocess/values';
import {
  argumentError,
  checkFunction,
  checkInteger,
  checkIterable,
  checkOptions,
  checkString,
  checkTimeout,
} from '@multiprocess/shared-memory';
import { ArrayProxy } from './proxies/data/array-proxy.js';
import { BarrierProxy } from './proxies/sync/barrier-proxy.js';
import { ConditionProxy } from './proxies/sync/condition-proxy.js';
import { DictProxy } from './proxies/data/dict-proxy.js';
import { EventProxy } from './proxies/sync/event-proxy.js';
import { wireTimeout } from './proxies/forms.js';
import { makeInstance } from './proxies/instance-proxy.js';
import type { ArgumentsToMake, InstanceProxy, MadeBy } from './proxies/instance-proxy.js';
import { ListProxy } from './proxies/data/list-proxy.js';
import { LockProxy } from './proxies/sync/lock-proxy.js';
import type { Target } from './client/target.js';
import type { ManagerProxy } from './proxies/manager-proxy.js';
import { NamespaceProxy } from './proxies/data/namespace-proxy.js';
import { PoolProxy } from './proxies/pool-proxy.js';
import { JoinableQueueProxy, QueueProxy } from './proxies/data/queue-proxy.js';
import { RLockProxy } from './proxies/sync/rlock-proxy.js';
import { BoundedSemaphoreProxy, SemaphoreProxy } from './proxies/sync/semaphore-proxy.js';
import { ValueProxy } from './proxies/data/value-proxy.js';
import type { ManagerClient } from './client/manager-client.js';
import { makeObject } from './client/make-object.js';

/** What a queue in a manager is made with. */
export interface ManagedQueueOptions {
  /** The maximum number of items. Default: 0, no limit. */
  readonly maxsize?: number | undefined;
}

/** Options of {@link Manager.barrier}. */
export interface ManagedBarrierOptions {
  /** What the last party runs, in the server: a task, or a function whose source says all it needs. Default: none. */
  readonly action?: (() => unknown) | undefined;
  /** Milliseconds that a party waits, unless it gives its own. Default: for ever. */
  readonly timeout?: number | undefined;
}

/** Makes objects in a manager. Each proxy is there at once. If creation fails, every call rejects with that error. */
export abstract class Factory implements ObjectStore {
  readonly #client: ManagerClient;

  /** @internal */
  constructor(client: ManagerClient) {
    this.#client = client;
  }

  /** A list of these values: an array, with the methods of one. */
  list<T = unknown>(initial: Iterable<T> = []): ListProxy<T> {
    return this.#make('.list', ListProxy, [itemsOf('initial', initial)]) as ListProxy<T>;
  }

  /** A dict of these entries: a map whose keys are any serializable values. */
  dict<K = string, V = unknown>(
    initial: Iterable<readonly [K, V]> | Readonly<Record<string, V>> = {},
  ): DictProxy<K, V> {
    const given: unknown = initial;
    if (typeof given !== 'object' || given === null) {
      throw argumentError('initial', 'an object, a Map or pairs of key and value', given);
    }
    return this.#make('.dict', DictProxy, [initial]) as DictProxy<K, V>;
  }

  /** Names with values. */
  namespace(initial: Readonly<Record<string, unknown>> = {}): NamespaceProxy {
    const given: unknown = initial;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw argumentError('initial', "an object like { name: 'Ann' }", given);
    }
    return this.#make('.namespace', NamespaceProxy, [initial]) as NamespaceProxy;
  }

  /** One value of any kind. */
  value<T>(initial: T): ValueProxy<T> {
    return this.#make('.value', ValueProxy, [initial]) as ValueProxy<T>;
  }

  /** An array of fixed length with values of one type. `content` is its values, or how many zeros it has. */
  array<T extends ValueType>(type: T, content: number | Iterable<ValueTypes[T]>): ArrayProxy<ValueTypes[T]> {
    const given = typeof content === 'number' ? checkInteger('content', content) : itemsOf('content', content);
    return this.#make('.array', ArrayProxy, [checkType(type), given]) as ArrayProxy<ValueTypes[T]>;
  }

  /** A first-in, first-out queue. */
  queue<T = unknown>(options: ManagedQueueOptions = {}): QueueProxy<T> {
    return this.#make('.queue', QueueProxy, [queueOptionsOf(options)]) as QueueProxy<T>;
  }

  /** A queue that knows when everything that was put has been processed. */
  joinableQueue<T = unknown>(options: ManagedQueueOptions = {}): JoinableQueueProxy<T> {
    return this.#make('.joinableQueue', JoinableQueueProxy, [queueOptionsOf(options)]) as JoinableQueueProxy<T>;
  }

  /** A lock. If the client that holds it ends, the next one gets it. */
  lock(): LockProxy {
    return this.#make('.lock', LockProxy) as LockProxy;
  }

  /** A lock that its owner may take again. */
  rlock(): RLockProxy {
    return this.#make('.rlock', RLockProxy) as RLockProxy;
  }

  /** A semaphore. The permits of a client that ends are lost. */
  semaphore(permits = 1): SemaphoreProxy {
    return this.#make('.semaphore', SemaphoreProxy, [checkPermits(permits)]) as SemaphoreProxy;
  }

  /** A semaphore that never has more permits than at first. Those of a client that ends are returned. */
  boundedSemaphore(permits = 1): BoundedSemaphoreProxy {
    const args = [checkPermits(permits)];
    return this.#make('.boundedSemaphore', BoundedSemaphoreProxy, args) as BoundedSemaphoreProxy;
  }

  /** A condition, with a lock of its own. */
  condition(): ConditionProxy {
    return this.#make('.condition', ConditionProxy) as ConditionProxy;
  }

  /** An event that is not set. */
  event(): EventProxy {
    return this.#make('.event', EventProxy) as EventProxy;
  }

  /** A barrier. A party whose client ends while it waits breaks it. */
  barrier(parties: number, options: ManagedBarrierOptions = {}): BarrierProxy {
    checkInteger('parties', parties, { min: 1 });
    const { action, timeout } = checkOptions(options, '{ timeout: 5000 }', ['action', 'timeout']);
    if (action !== undefined) checkFunction('action', action);
    const sent = { ...(action !== undefined && { action }), timeout: wireTimeout(checkTimeout({ timeout })) };
    return this.#make('.barrier', BarrierProxy, [parties, sent]) as BarrierProxy;
  }

  /**
   * A pool whose workers are children of the manager's process, and have its environment by default.
   *
   * @throws {@link TypeError} if there are functions to call for workers: the pool is not in this process.
   */
  pool<A extends readonly unknown[] = never[]>(
    options: Omit<PoolOptions, 'onWorkerStart' | 'onWorkerEnd'> & Initializing<A> = {} as Initializing<A>,
  ): PoolProxy {
    const checked = checkOptions<PoolOptions>(options, '{ processes: 2 }', POOL_OPTIONS);
    for (const name of ['onWorkerStart', 'onWorkerEnd']) {
      if (Object.hasOwn(checked, name))
        throw new TypeError(`${name} is for a pool of this process: a manager's pool is in the manager`);
    }
    return this.#make('.pool', PoolProxy, [checked]) as PoolProxy;
  }

  /**
   * Makes an object with the class or function that was registered under that name. A generator function gives an async iterable.
   *
   * @typeParam T what was registered, `typeof Bank`: then the arguments are checked. Or what it makes: a class, `Bank`, or an
   * interface with its methods
   */
  create<T = Record<string, (...args: never[]) => unknown>>(
    name: string,
    ...args: ArgumentsToMake<T>
  ): InstanceProxy<MadeBy<T>> {
    return makeObject(this.#client, checkString('name', name), args, makeInstance) as InstanceProxy<MadeBy<T>>;
  }

  #make(type: string, Proxy: new (target: Target) => ManagerProxy, args: readonly unknown[] = []): unknown {
    return makeObject(this.#client, type, args, (target) => new Proxy(target));
  }
}

/** @throws {@link TypeError} if they cannot be iterated, whatever their type says. */
function itemsOf(name: string, items: unknown): unknown[] {
  return Array.from(checkIterable(name, items as Iterable<unknown>));
}

function checkPermits(permits: number): number {
  return checkInteger('permits', permits, { max: Semaphore.MAX_PERMITS });
}

function queueOptionsOf(options: ManagedQueueOptions): object {
  const { maxsize = 0 } = checkOptions(options, '{ maxsize: 100 }', ['maxsize']);
  return { maxsize: checkInteger('maxsize', maxsize, { unit: 'items' }) };
}
