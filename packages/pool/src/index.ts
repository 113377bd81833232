export { AsyncResult } from './calls/async-result.js';
export { Pool } from './pool.js';
export type { CloseOptions } from './pool.js';
export type { PoolOptions } from './parent/pool-options.js';
export { taskSignal } from './worker/task-signal.js';
export type { PoolStats } from './parent/statistics.js';
export type {
  ApplyAsyncOptions,
  ApplyOptions,
  ImapOptions,
  MapAsyncOptions,
  MapOptions,
} from './calls/task-options.js';
