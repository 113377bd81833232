import type { Launch } from './launch.js';

// By what this thread was started. Of this copy of the package: another one has not been started by it.
let own: Launch | undefined;

/** undefined in what was not started by this package. */
export function ownLaunch(): Launch | undefined {
  return own;
}

/** In a child, before anything of the user's runs. */
export function noteOwnLaunch(launch: Launch): void {
  own = launch;
}
