export { Barrier } from './barrier/barrier.js';
export type { BarrierOptions, BarrierToAttach } from './barrier/barrier-options.js';
export { BoundedSemaphore } from './semaphore/bounded-semaphore.js';
export { Condition, type ConditionOptions } from './condition/condition.js';
export { Event, type EventOptions } from './event/event.js';
export { Guard } from './object/guard.js';
export { Lock, type LockOptions } from './lock/lock.js';
export { RLock, type RLockOptions } from './lock/rlock.js';
export { Semaphore } from './semaphore/semaphore.js';
export type { SemaphoreOptions } from './semaphore/permit-memory.js';
// For the other packages of this toolkit.
export { OwnerContext, ownerContext, ownership } from './async-context/owner-context.js';
export { notAwaited } from './object/not-awaited.js';
export { isLock } from './lock/is-lock.js';
export { THREAD } from './words/recursive-mutex.js';
