export { Daemon, type DaemonOptions, type DaemonStatus } from './daemon.js';
export type { DaemonizeOptions } from './daemon-options.js';
export { daemonize } from './daemonize.js';
export { notifyReady } from './notify-ready.js';
export { DaemonError } from '@multiprocess/shared-memory';
// What a target is made with.
export { task } from '@multiprocess/serialization';
