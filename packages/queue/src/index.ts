export type { RingCounters as QueueCounters } from '@multiprocess/shared-memory';
export { JoinableQueue } from './joinable-queue.js';
export type { QueueOptions, ShutdownOptions } from './queue-options.js';
export { Queue } from './queue.js';
export { SimpleQueue, type SimpleQueueOptions } from './simple-queue.js';
