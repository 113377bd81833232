export { AsyncResult } from './async-result.js';
export { Pool } from './pool.js';
export type { CloseOptions } from './pool.js';
export type { PoolOptions } from './pool-options.js';
export { taskSignal } from './running-task.js';
export type { PoolStats } from './statistics.js';
export type { ApplyAsyncOptions, ApplyOptions, ImapOptions, MapAsyncOptions, MapOptions } from './task-options.js';
