export { Queue } from './queue.js';
export type { QueueOptions, ShutdownOptions } from './queue-options.js';
