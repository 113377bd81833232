export { Barrier } from './barrier/barrier.js';
export type { BarrierOptions, BarrierToAttach } from './barrier/barrier-options.js';
export { BoundedSemaphore } from './semaphore/bounded-semaphore.js';
export { Condition, type ConditionOptions } from './condition/condition.js';
export { Event, type EventOptions } from './event/event.js';
export { Guard } from './object/guard.js';
export { Lock } from './lock/lock.js';
export type { LockOptions } from './lock/lock-memory.js';
export { RLock, type RLockOptions } from './lock/rlock.js';
export { RWLock, type RWLockOptions } from './rwlock/rwlock.js';
export type { ReadLock } from './rwlock/read-lock.js';
export type { WriteLock } from './rwlock/write-lock.js';
export { Semaphore } from './semaphore/semaphore.js';
export type { SemaphoreOptions } from './semaphore/permit-memory.js';
// For the other packages of this toolkit.
export { apart } from './async-context/framed-share.js';
export { LockContext } from './async-context/lock-context.js';
export { notAwaited } from './object/not-awaited.js';
export { isLock } from './lock/is-lock.js';
