import { origin } from '@multiprocess/shared-memory';

/**
 * Whether this process was started by something else than this toolkit. It is false in each {@link Process}, thread, worker of a
 * pool, server of a manager, spare and daemon. Code at the top of a module that must run once belongs behind it, since every child
 * imports the modules of its target and of what it is sent:
 *
 * ```ts
 * if (isMainProcess) {
 *   new Process({ target: work }).start();
 * }
 * ```
 */
export const isMainProcess: boolean = origin() === 'program';
