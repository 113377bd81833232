export { DistributedPool } from './distributed-pool.js';
export type { DistributedPoolStats } from './distributed-pool.js';
export type { DistributedPoolOptions } from './caller/pool-options.js';
export type {
  DistributedApplyAsyncOptions,
  DistributedApplyOptions,
  DistributedImapOptions,
  DistributedMapAsyncOptions,
  DistributedMapOptions,
  DistributedTaskOptions,
} from './calls/call-options.js';
export { DistributedResult } from './calls/distributed-result.js';
export { Agent } from './agent/agent.js';
export type { AgentOptions } from './agent/agent-options.js';
export type { AgentStats } from './agent/agent-stats.js';
export type { PackageTask, TaskName } from './names/name-of.js';
// For what agents run.
export { reportProgress, taskSignal } from '@multiprocess/pool';
export { task } from '@multiprocess/serialization';
