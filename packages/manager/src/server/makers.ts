import { ManagedArray } from '../managed/data/managed-array.js';
import { ManagedBarrier } from '../managed/sync/managed-barrier.js';
import { ManagedCondition } from '../managed/sync/managed-condition.js';
import { ManagedDict } from '../managed/data/managed-dict.js';
import { ManagedEvent } from '../managed/sync/managed-event.js';
import { ManagedInstance } from '../managed/managed-instance.js';
import { isIterator, ManagedIterator } from '../managed/managed-iterator.js';
import { ManagedList } from '../managed/data/managed-list.js';
import { ManagedLock } from '../managed/sync/managed-lock.js';
import { ManagedNamespace } from '../managed/data/managed-namespace.js';
import { ManagedJoinableQueue, ManagedQueue } from '../managed/data/managed-queue.js';
import { ManagedPool, poolOf } from '../managed/managed-pool.js';
import { ManagedRLock } from '../managed/sync/managed-rlock.js';
import { ManagedBoundedSemaphore, ManagedSemaphore } from '../managed/sync/managed-semaphore.js';
import { ManagedValue } from '../managed/data/managed-value.js';
import { Managed } from '../managed/managed.js';
import type { Objects } from './objects.js';
import type { Registration } from '../wire/registration.js';
import { loadRegistered } from './load-registered.js';

type Maker = (...args: never[]) => Managed;

const builtIn: Readonly<Record<string, Maker>> = {
  list: (initial: unknown) => new ManagedList(initial),
  dict: (initial: unknown) => new ManagedDict(initial),
  namespace: (initial: unknown) => new ManagedNamespace(initial),
  value: (initial: unknown) => new ManagedValue(initial),
  array: (type: unknown, content: unknown) => new ManagedArray(type, content),
  queue: (options: object) => new ManagedQueue(options),
  joinableQueue: (options: object) => new ManagedJoinableQueue(options),
  lock: () => new ManagedLock(),
  rlock: () => new ManagedRLock(),
  semaphore: (permits: unknown) => new ManagedSemaphore(permits),
  boundedSemaphore: (permits: unknown) => new ManagedBoundedSemaphore(permits),
  condition: () => new ManagedCondition(),
  event: () => new ManagedEvent(),
  pool: (options: object) => new ManagedPool(options),
  poolResult: (pool: unknown, ...args: [unknown, unknown, unknown, unknown]) => poolOf(pool).begin(...args),
  poolIterator: (pool: unknown, ...args: [unknown, unknown, unknown, unknown]) => poolOf(pool).iterate(...args),
  barrier: (parties: unknown, options: object) => new ManagedBarrier(parties, options),
};

/** Makes objects: those of the toolkit, and those of registered classes. */
export class Makers {
  readonly #objects: Objects;
  readonly #registered = new Map<string, Registration>();
  /** The objects of users' classes: one that a method returns again is the same object for clients. */
  readonly #instances = new WeakMap<object, ManagedInstance>();

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Lets clients make objects with a class or function. The same name again replaces it for what is made later. */
  register(registration: Registration): void {
    this.#registered.set(registration.name, registration);
  }

  /** @throws {@link TypeError} if there is nothing of that name. */
  make(type: string, args: readonly unknown[]): Managed | Promise<Managed> {
    if (type.startsWith('.')) {
      const maker = Object.hasOwn(builtIn, type.slice(1)) ? builtIn[type.slice(1)] : undefined;
      if (maker !== undefined) return maker(...(args as never[]));
    }
    const registration = this.#registered.get(type);
    if (registration !== undefined) return this.#makeRegistered(registration, args);
    throw new TypeError(
      `Nothing is registered as ${JSON.stringify(type)}: call manager.register(import.meta, …) first`,
    );
  }

  /** A result as clients get it: iterators and known objects become proxies. */
  presentable(result: unknown): unknown {
    if (typeof result !== 'object' || result === null || result instanceof Managed) return result;
    const known = this.#instances.get(result);
    if (known !== undefined) return known;
    return isIterator(result) ? this.#objects.adopt(new ManagedIterator(result)) : result;
  }

  async #makeRegistered(registration: Registration, args: readonly unknown[]): Promise<Managed> {
    const inner = args.map((arg) => (arg instanceof ManagedInstance ? arg.target : arg));
    const make = await loadRegistered(registration);
    const made: unknown = await make(...inner);
    if (made instanceof Managed) return made;
    if (typeof made !== 'object' || made === null) return new ManagedValue(made);
    if (isIterator(made)) return new ManagedIterator(made);
    const instance = this.#instances.get(made) ?? new ManagedInstance(made, registration.exposed);
    this.#instances.set(made, instance);
    return instance;
  }
}
