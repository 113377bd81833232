export { BufferPool } from './buffer-pool.js';
export type { ViewType, ViewTypes } from './memory/typed-views.js';
export type { BufferPoolOptions, LoanOptions, LoanSyncOptions, PoolToAttach, TryLoanOptions } from './pool-options.js';
export { SharedBuffer } from './shared-buffer.js';
