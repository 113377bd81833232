import type {
  StoreDict,
  StoreJoinableQueue,
  StoreList,
  StoreNamespace,
  StoreQueue,
  StoreValue,
} from './store-containers.js';
import type { StoreBarrier, StoreCondition, StoreEvent, StoreLock, StoreSemaphore } from './store-locks.js';

/** What a queue of a store is made with. */
export interface StoreQueueOptions {
  /** The most items at a time. Default: 0, any number. */
  readonly maxsize?: number | undefined;
}

/** What a barrier of a store is made with. */
export interface StoreBarrierOptions {
  /** What is run when the last party has come, before the others go on. Default: nothing. */
  readonly action?: (() => unknown) | undefined;
  /** Milliseconds that a party waits, unless it gives its own. Default: for ever. */
  readonly timeout?: number | undefined;
}

/**
 * Makes objects that live in a server: a `Manager` on this machine or another, or Redis. A program that takes this type runs
 * with any of them.
 *
 * Each object is there at once. If it could not be made, every call to it rejects with that error.
 */
export interface ObjectStore {
  list<T = unknown>(initial?: Iterable<T>): StoreList<T>;
  dict<K = string, V = unknown>(initial?: Iterable<readonly [K, V]> | Readonly<Record<string, V>>): StoreDict<K, V>;
  namespace(initial?: Readonly<Record<string, unknown>>): StoreNamespace;
  value<T>(initial: T): StoreValue<T>;
  queue<T = unknown>(options?: StoreQueueOptions): StoreQueue<T>;
  joinableQueue<T = unknown>(options?: StoreQueueOptions): StoreJoinableQueue<T>;
  lock(): StoreLock;
  rlock(): StoreLock;
  semaphore(permits?: number): StoreSemaphore;
  boundedSemaphore(permits?: number): StoreSemaphore;
  condition(): StoreCondition;
  event(): StoreEvent;
  barrier(parties: number, options?: StoreBarrierOptions): StoreBarrier;
}
