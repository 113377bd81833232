export { AsyncResult } from './calls/async-result.js';
export { Pool } from './pool.js';
export type { CloseOptions } from './parent/close-options.js';
export type { ModuleProxy } from './calls/module-proxy.js';
export { reportProgress } from './worker/report-progress.js';
export { POOL_OPTIONS } from './parent/pool-options.js';
export type { Initializing, PoolOptions } from './parent/pool-options.js';
export type { WorkerEndInfo, WorkerInfo } from './parent/worker-info.js';
export { taskSignal } from './worker/task-signal.js';
export type { PoolStats } from './parent/statistics.js';
export type {
  ApplyAsyncOptions,
  ApplyOptions,
  ImapOptions,
  MapAsyncOptions,
  MapOptions,
  TaskOptions,
} from './calls/task-options.js';
// For the other packages of this toolkit: pools of managers and of many hosts, whose calls have the same arguments and results.
export { checkApply, checkImap, checkMap, TASK_NAME, TASK_OPTIONS } from './calls/task-options.js';
export type { NamedApplyOptions, ProgressListener, ResultOptions } from './calls/task-options.js';
export { callback } from './parent/callbacks.js';
export { InputSources } from './parent/input-sources.js';
export { CallResult, cancelledError } from './calls/call-result.js';
export { failure, Imap } from './calls/imap.js';
export type { ChunkEnding, ChunkRunner, ImapOrder, ResultThunk, SubmittedChunk } from './calls/imap.js';
export { beginInput, encodeReports } from './worker/task-of-others.js';
