export { Manager } from './manager.js';
export { Factory, type ManagedBarrierOptions, type ManagedQueueOptions } from './factory.js';
export type { ManagerConnectOptions, ManagerOptions } from './manager-options.js';
export type { RegisterOptions } from './registration-of.js';
export { Client, type ClientOptions } from './net/client.js';
export { Listener, type ListenerOptions } from './net/listener.js';
export { SocketConnection, type RecvBytesOptions, type SendBytesOptions } from './net/socket-connection.js';
export { ArrayProxy } from './proxies/data/array-proxy.js';
export { BarrierProxy } from './proxies/sync/barrier-proxy.js';
export type { BarrierView } from './proxies/sync/barrier-proxy.js';
export type { BarrierMethods, EventMethods, QueueMethods } from '@multiprocess/shared-memory';
export { ConditionProxy } from './proxies/sync/condition-proxy.js';
export type { DictMethods } from '@multiprocess/shared-memory';
export { DictProxy } from './proxies/data/dict-proxy.js';
export type { DictUpdate } from './proxies/data/dict-proxy.js';
export { EventProxy } from './proxies/sync/event-proxy.js';
export type { EventView } from './proxies/sync/event-proxy.js';
export type { Forms, SyncForms } from './proxies/forms.js';
export type { AsyncForms } from '@multiprocess/shared-memory';
export type { ArgumentsToMake, InstanceProxy, MadeBy, Remote } from './proxies/instance-proxy.js';
export { IteratorProxy } from './proxies/iterator-proxy.js';
export type { ListMethods } from '@multiprocess/shared-memory';
export { ListProxy } from './proxies/data/list-proxy.js';
export type { ListTransforms } from './proxies/data/list-proxy.js';
export { LockProxy } from './proxies/sync/lock-proxy.js';
export type { AcquirableView } from './proxies/sync/acquirable-proxy.js';
export type { LockView } from './proxies/sync/lock-proxy.js';
export { ManagerProxy } from './proxies/manager-proxy.js';
export type { MethodView } from './proxies/method-view.js';
export { NamespaceProxy } from './proxies/data/namespace-proxy.js';
export {
  PoolProxy,
  type PoolApplyOptions,
  type PoolImapOptions,
  type PoolMapOptions,
  type PoolMethods,
} from './proxies/pool-proxy.js';
export { PoolResultProxy, type PoolResultMethods, type PoolResultView } from './proxies/pool-result-proxy.js';
export { ProxyGuard } from './proxies/sync/proxy-guard.js';
export { JoinableQueueProxy, QueueProxy } from './proxies/data/queue-proxy.js';
export type { QueueView, QueueWaits } from './proxies/data/queue-proxy.js';
export { RLockProxy } from './proxies/sync/rlock-proxy.js';
export { BoundedSemaphoreProxy, SemaphoreProxy } from './proxies/sync/semaphore-proxy.js';
export type { SemaphoreView } from './proxies/sync/semaphore-proxy.js';
export type { ArrayMethods, NamespaceMethods, ValueMethods } from '@multiprocess/shared-memory';
export { ValueProxy } from './proxies/data/value-proxy.js';
export type { ServerInfo } from './server/server.js';
export type { Serializer } from './wire/codec.js';
