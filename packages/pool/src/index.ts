export { AsyncResult } from './calls/async-result.js';
export { Pool, type CloseOptions } from './pool.js';
export type { Initializing, PoolOptions } from './parent/pool-options.js';
export { taskSignal } from './worker/task-signal.js';
export type { PoolStats } from './parent/statistics.js';
export type {
  ApplyAsyncOptions,
  ApplyOptions,
  ImapOptions,
  MapAsyncOptions,
  MapOptions,
} from './calls/task-options.js';
// For the pools of managers, whose calls have the same arguments.
export { checkApply, checkImap, checkMap } from './calls/task-options.js';
