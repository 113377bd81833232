export { Daemon, type DaemonOptions, type DaemonStatus } from './daemon.js';
export type { DaemonizeOptions } from './daemon-options.js';
export { daemonize } from './daemonize.js';
export { notifyReady } from './notify-ready.js';
export { DaemonError } from '@multiprocess/shared-memory';
// For the program of a daemon:
export { beginDaemon } from './begin-daemon.js';
// What a target is made with.
export { task } from '@multiprocess/serialization';
