import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/**
 * How this process was started:
 *
 * - `program`: not by this toolkit. It is the main process.
 * - `child`: by this toolkit, as a process, a thread, a worker of a pool, the server of a manager, a daemon's target.
 * - `application`: by this toolkit as a child, but the executable has run the application again instead.
 */
export type Origin = 'program' | 'child' | 'application';

/**
 * The environment variable of every child, until its first program has read it. So a child recognises itself before any
 * other code runs in it, even code of `--import`; and so does a single executable application, which ignores the arguments.
 */
export const CHILD_MARK = 'MULTIPROCESS_CHILD';

// Every thread of the process and every copy of this package finds it there; worker threads inherit it.
const PLACE = '@multiprocess/origin 1';

/** How this process was started. */
export function origin(): Origin {
  const known = getEnvironmentData(PLACE) as unknown;
  if (known === 'child' || known === 'application') return known;
  return process.env[CHILD_MARK] === undefined ? 'program' : 'application';
}

/** Marks this process, or this thread, as a child. Programs that only children run call it first. */
export function becomeChild(): void {
  Reflect.deleteProperty(process.env, CHILD_MARK); // processes that it starts by other means are not children of this toolkit
  setEnvironmentData(PLACE, 'child');
}
