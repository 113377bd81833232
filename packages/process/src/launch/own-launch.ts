import type { Launch } from './launch.js';

// The launch of this thread. Each copy of the package has its own: only the copy that was started by it knows it.
let own: Launch | undefined;

/** The launch of this thread; undefined if this package did not start it. */
export function ownLaunch(): Launch | undefined {
  return own;
}

/** Called in a child, before any code of the user runs. */
export function noteOwnLaunch(launch: Launch): void {
  own = launch;
}
