export { Guard } from './guard.js';
export { Lock } from './lock.js';
export type { LockOptions } from './lock.js';
