import type {
  ArrayProxy,
  BarrierProxy,
  BoundedSemaphoreProxy,
  ConditionProxy,
  DictProxy,
  EventProxy,
  JoinableQueueProxy,
  ListProxy,
  LockProxy,
  NamespaceProxy,
  QueueProxy,
  RLockProxy,
  SemaphoreProxy,
  ValueProxy,
} from '@multiprocess/manager';
import type { ValueType, ValueTypes } from '@multiprocess/values';

/** A proxy without what blocks the thread, which needs shared memory. */
type Async<P> = Omit<P, keyof { [K in keyof P as K extends 'sync' | `${string}Sync` ? K : never]: never }>;

/** The objects as the suites use them. */
type List<T = unknown> = Async<ListProxy<T>>;
type Dict<K = unknown, V = unknown> = Async<DictProxy<K, V>>;
type Namespace = Async<NamespaceProxy>;
type Value<T = unknown> = Async<ValueProxy<T>>;
type SharedArray<V = unknown> = Async<ArrayProxy<V>>;
type Queue<T = unknown> = Async<QueueProxy<T>>;
type JoinableQueue<T = unknown> = Async<JoinableQueueProxy<T>>;
export type Lock = Async<LockProxy>;
export type RLock = Async<RLockProxy>;
export type Semaphore = Async<SemaphoreProxy>;
type BoundedSemaphore = Async<BoundedSemaphoreProxy>;
export type Condition = Async<ConditionProxy>;
type Event = Async<EventProxy>;
export type Barrier = Async<BarrierProxy>;

/** Makes objects. */
export interface ObjectStore {
  list<T = unknown>(initial?: Iterable<T>): List<T>;
  dict<K = string, V = unknown>(initial?: Iterable<readonly [K, V]> | Readonly<Record<string, V>>): Dict<K, V>;
  namespace(initial?: Readonly<Record<string, unknown>>): Namespace;
  value<T>(initial: T): Value<T>;
  array<T extends ValueType>(type: T, content: number | Iterable<ValueTypes[T]>): SharedArray<ValueTypes[T]>;
  queue<T = unknown>(options?: { readonly maxsize?: number | undefined }): Queue<T>;
  joinableQueue<T = unknown>(options?: { readonly maxsize?: number | undefined }): JoinableQueue<T>;
  lock(): Lock;
  rlock(): RLock;
  semaphore(permits?: number): Semaphore;
  boundedSemaphore(permits?: number): BoundedSemaphore;
  condition(): Condition;
  event(): Event;
  barrier(
    parties: number,
    options?: { readonly action?: (() => unknown) | undefined; readonly timeout?: number | undefined },
  ): Barrier;
}
