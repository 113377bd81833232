import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/**
 * What has started this process, as far as this toolkit is concerned:
 *
 * - `program`: anything but this toolkit. It is the main process.
 * - `child`: this toolkit, as a process, a thread, a worker of a pool, the server of a manager, a daemon's target.
 * - `application`: this toolkit wanted to start a child, and the executable has run the application again instead.
 */
export type Origin = 'program' | 'child' | 'application';

/**
 * Stands in the environment of every child until its first program has read it. So a child knows that it is one before
 * anything else runs in it, also what `--import` loads; and an application that is its own Node (a single executable, say)
 * and does not know what to make of the arguments of a child still learns that it was started as one.
 */
export const CHILD_MARK = 'MULTIPROCESS_CHILD';

// Kept where every thread of the process and every copy of this package finds it; worker threads inherit it.
const PLACE = '@multiprocess/origin 1';

/** What has started this process. */
export function origin(): Origin {
  const known = getEnvironmentData(PLACE) as unknown;
  if (known === 'child' || known === 'application') return known;
  return process.env[CHILD_MARK] === undefined ? 'program' : 'application';
}

/** Makes this process, or this thread, a child. The first that a program does which only children run. */
export function becomeChild(): void {
  Reflect.deleteProperty(process.env, CHILD_MARK); // what it starts by other means is no child of this toolkit
  setEnvironmentData(PLACE, 'child');
}
