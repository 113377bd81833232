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
  /** A list, with the methods of an array. */
  list<T = unknown>(initial?: Iterable<T>): StoreList<T>;
  /** A dict: a map whose keys are any serializable values. */
  dict<K = string, V = unknown>(initial?: Iterable<readonly [K, V]> | Readonly<Record<string, V>>): StoreDict<K, V>;
  /** Names with values. */
  namespace(initial?: Readonly<Record<string, unknown>>): StoreNamespace;
  /** One value of any kind. */
  value<T>(initial: T): StoreValue<T>;
  /** A first-in, first-out queue. */
  queue<T = unknown>(options?: StoreQueueOptions): StoreQueue<T>;
  /** A queue that knows when everything that was put has been processed. */
  joinableQueue<T = unknown>(options?: StoreQueueOptions): StoreJoinableQueue<T>;
  /** A lock, which a client that ends does not keep. */
  lock(): StoreLock;
  /** A lock that its owner may take again. */
  rlock(): StoreLock;
  /** A semaphore. The permits of a client that ends are lost. */
  semaphore(permits?: number): StoreSemaphore;
  /** A semaphore with never more permits than at first. Those of a client that ends come back. */
  boundedSemaphore(permits?: number): StoreSemaphore;
  /** A condition, with a lock of its own. */
  condition(): StoreCondition;
  /** An event that is not set. */
  event(): StoreEvent;
  /** A barrier. A party whose client ends while it waits breaks it. */
  barrier(parties: number, options?: StoreBarrierOptions): StoreBarrier;
}
