import { origin } from '@multiprocess/shared-memory';

/**
 * Whether this process was started by something else than this toolkit: false in processes, threads, workers of pools,
 * servers of managers, spares and the targets of daemons. Code at the top of a module that must run once belongs behind it,
 * since every child imports the modules of its target and of what it is sent:
 *
 * ```ts
 * if (isMainProcess) {
 *   new Process({ target: work }).start();
 * }
 * ```
 */
export const isMainProcess: boolean = origin() === 'program';
