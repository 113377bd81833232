import {
  argumentError,
  checkFunction,
  checkInteger,
  checkIterable,
  checkOptions,
  checkString,
  checkTimeout,
  notByNew,
  notSent,
  randomBytes,
} from '@multiprocess/shared-memory';
import type { ObjectStore, StoreBarrierOptions, StoreQueueOptions } from '@multiprocess/shared-memory';
import { RedisBarrier } from './objects/redis-barrier.js';
import { RedisCondition } from './objects/redis-condition.js';
import { contentOf, RedisDict } from './objects/redis-dict.js';
import { RedisEvent } from './objects/redis-event.js';
import { RedisList } from './objects/redis-list.js';
import { RedisLock } from './objects/redis-lock.js';
import { RedisNamespace } from './objects/redis-namespace.js';
import type { Content, Target } from './objects/redis-object.js';
import { RedisJoinableQueue, RedisQueue } from './objects/redis-queue.js';
import { RedisRLock } from './objects/redis-rlock.js';
import { RedisBoundedSemaphore, RedisSemaphore } from './objects/redis-semaphore.js';
import { RedisValue } from './objects/redis-value.js';
import { forget } from './store/known-stores.js';
import { StoreCore } from './store/store-core.js';
import type { StoreEngine } from './store/store-engine.js';

/** How an object on Redis is found. */
export interface NamedOptions {
  /** The name by which other programs with this server and prefix find it; it stays until `unlink()`. Default: none, and it lives as long as some program has it. */
  readonly name?: string | undefined;
}

const NAMED = "{ name: 'jobs' }";
const ID_BYTES = 12;
const MAX_PERMITS = 2 ** 31 - 1;

/**
 * A store of objects on Redis or Valkey, made by {@link connect}. It has what a `Manager` has, for programs on any number of machines.
 *
 * Each object is there at once. If it could not be made, every call to it rejects with that error.
 */
export class RedisStore implements ObjectStore, AsyncDisposable {
  readonly #core: StoreCore;

  /** @internal */
  constructor(core: StoreCore) {
    if (!(core instanceof StoreCore)) throw notByNew('A RedisStore', "use await connect('redis://localhost:6379')");
    this.#core = core;
  }

  static {
    notSent(this.prototype, 'send objects of it, or have a store there, too, by await connect()');
  }

  /** @internal The server behind a store, credentials included. @throws {@link TypeError} if it is no store on Redis. */
  static engineOf(store: RedisStore): StoreEngine {
    if (typeof store === 'object' && (store as unknown) !== null && #core in store) return store.#core.engine;
    throw argumentError('cluster', "a store on Redis: await connect('redis://host:6379/0')", store);
  }

  /** Where the server is, without credentials. */
  get address(): string {
    return this.#core.address;
  }

  /** What the server is: `redis 7.0.15`, `valkey 9.1.2`. */
  get serverVersion(): string {
    return this.#core.session.serverVersion;
  }

  /** A list, with the methods of an array. */
  list<T = unknown>(initial: Iterable<T> = [], options?: NamedOptions): RedisList<T> {
    const items = Array.from(checkIterable('initial', initial), (item) => this.#core.codec.encode(item));
    return new RedisList(this.#target(options, { kind: 'list', items }));
  }

  /** A dict: a map whose keys are any serializable values. */
  dict<K = string, V = unknown>(
    initial: Iterable<readonly [K, V]> | Readonly<Record<string, V>> = {},
    options?: NamedOptions,
  ): RedisDict<K, V> {
    return new RedisDict(this.#target(options, this.#pairs(contentOf(initial))));
  }

  /** Names with values. */
  namespace(initial: Readonly<Record<string, unknown>> = {}, options?: NamedOptions): RedisNamespace {
    const given: unknown = initial;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw argumentError('initial', "an object like { name: 'Ann' }", given);
    }
    return new RedisNamespace(this.#target(options, this.#pairs(Object.entries(initial))));
  }

  /** One value of any kind. */
  value<T>(initial: T, options?: NamedOptions): RedisValue<T> {
    return new RedisValue(this.#target(options, state('c', this.#core.codec.encode(initial))));
  }

  /** A first-in, first-out queue. */
  queue<T = unknown>(options: StoreQueueOptions & NamedOptions = {}): RedisQueue<T> {
    return new RedisQueue(this.#queue(options));
  }

  /** A queue that knows when everything that was put has been processed, and gives the items of dead programs again. */
  joinableQueue<T = unknown>(options: StoreQueueOptions & NamedOptions = {}): RedisJoinableQueue<T> {
    return new RedisJoinableQueue(this.#queue(options));
  }

  /** A lock, which a program that ends does not keep. */
  lock(options?: NamedOptions): RedisLock {
    return new RedisLock(this.#target(options, state()));
  }

  /** A lock that its owner may take again. */
  rlock(options?: NamedOptions): RedisRLock {
    return new RedisRLock(this.#target(options, state()));
  }

  /** A semaphore. The permits of a program that ends are lost. */
  semaphore(permits = 1, options?: NamedOptions): RedisSemaphore {
    return new RedisSemaphore(this.#permits(permits, options));
  }

  /** A semaphore with never more permits than at first. Those of a program that ends come back. */
  boundedSemaphore(permits = 1, options?: NamedOptions): RedisBoundedSemaphore {
    return new RedisBoundedSemaphore(this.#permits(permits, options));
  }

  /** A condition, with a lock of its own. */
  condition(options?: NamedOptions): RedisCondition {
    return new RedisCondition(this.#target(options, state()));
  }

  /** An event that is not set. */
  event(options?: NamedOptions): RedisEvent {
    return new RedisEvent(this.#target(options, state()));
  }

  /** A barrier. A party whose program ends while it waits breaks it. */
  barrier(parties: number, options: StoreBarrierOptions & NamedOptions = {}): RedisBarrier {
    checkInteger('parties', parties, { min: 1 });
    const { action, timeout, name } = checkOptions(options, '{ timeout: 5000 }', ['action', 'timeout', 'name']);
    if (action !== undefined) checkFunction('action', action);
    checkTimeout({ timeout });
    return new RedisBarrier(this.#target({ name }, state(), String(parties)), { action, timeout });
  }

  /** Leaves: what this program holds is free for others at once, and every pending call rejects with `ClosedError`. */
  async close(): Promise<void> {
    forget(this.#core);
    await this.#core.session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #queue(options: StoreQueueOptions & NamedOptions): Target {
    const { maxsize = 0, name } = checkOptions(options, '{ maxsize: 100 }', ['maxsize', 'name']);
    return this.#target({ name }, state(), String(checkInteger('maxsize', maxsize, { unit: 'items' })));
  }

  #permits(permits: number, options: NamedOptions | undefined): Target {
    const count = String(checkInteger('permits', permits, { max: MAX_PERMITS }));
    return this.#target(options, state('n', count), count);
  }

  #pairs(pairs: readonly (readonly [unknown, unknown])[]): Content {
    const { codec } = this.#core;
    return { kind: 'dict', items: pairs.flatMap(([key, value]) => [codec.encode(key), codec.encode(value)]) };
  }

  #target(options: NamedOptions | undefined, content: Content, parameter = ''): Target {
    const { name } = checkOptions(options, NAMED, ['name']);
    const id = name === undefined ? `u/${randomBytes(ID_BYTES).toString('base64url')}` : `n/${nameOf(name)}`;
    return { core: this.#core, id, content, parameter };
  }
}

function state(...items: Content['items']): Content {
  return { kind: 'state', items };
}

function nameOf(name: unknown): string {
  if (checkString('name', name) === '') throw argumentError('name', 'a name', name);
  return name as string;
}
