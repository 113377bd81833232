import { origin } from '@multiprocess/shared-memory';

/**
 * Whether this process was not started by a {@link Process}. Code at the top of a module that must run once belongs
 * behind it, since every child imports the module of its target:
 *
 * ```ts
 * if (isMainProcess) {
 *   new Process({ target: work }).start();
 * }
 * ```
 */
export const isMainProcess: boolean = origin() === 'program';
