import { origin } from '@multiprocess/shared-memory';

/**
 * Whether this is the main process of the program: false in every process and thread that this toolkit has started, be it a
 * {@link Process}, a worker of a pool, the server of a manager, a spare or a daemon. Every child imports the modules of its
 * target and of what it is sent, so guard top-level code that must run once:
 *
 * ```ts
 * if (isMainProcess) {
 *   new Process({ target: work }).start();
 * }
 * ```
 */
export const isMainProcess: boolean = origin() === 'program';
