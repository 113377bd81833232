export { Barrier } from './barrier.js';
export type { BarrierOptions, BarrierToAttach } from './barrier-options.js';
export { BoundedSemaphore } from './bounded-semaphore.js';
export { Condition } from './condition.js';
export type { ConditionOptions } from './condition.js';
export { Event } from './event.js';
export type { EventOptions } from './event.js';
export { Guard } from './guard.js';
export { Lock } from './lock.js';
export type { LockOptions } from './lock.js';
export { RLock } from './rlock.js';
export type { RLockOptions } from './rlock.js';
export { Semaphore } from './semaphore.js';
export type { SemaphoreOptions } from './semaphore.js';
// For the other packages of this toolkit: which async context has taken what.
export { AsyncHold, asyncHold, ownership } from './async-hold.js';
export { isLock } from './is-lock.js';
export { THREAD } from './recursive-mutex.js';
