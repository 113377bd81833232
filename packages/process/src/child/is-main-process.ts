import { origin } from '@multiprocess/shared-memory';

/**
 * False in every process and thread that this toolkit has started: a {@link Process}, a worker of a pool, the server of a manager,
 * a spare, a daemon. Every child imports the modules of its target and of what it is sent, so guard top-level code that must run
 * once:
 *
 * ```ts
 * if (isMainProcess) {
 *   new Process({ target: work }).start();
 * }
 * ```
 */
export const isMainProcess: boolean = origin() === 'program';
