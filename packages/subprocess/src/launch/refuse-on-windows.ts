import { notOnWindows } from '../platform/unsupported.js';
import type { PopenOptions } from '../options/popen-options.js';

/** @throws {@link UnsupportedPlatformError} for an option that means nothing there. */
export function refuseOnWindows({ user, group, passFds = [] }: PopenOptions<string | undefined>): void {
  if (user !== undefined) throw notOnWindows('user ids to start a program as', 'leave user out, or start it by runas');
  if (group !== undefined) throw notOnWindows('group ids to start a program as', 'leave group out');
  if (passFds.length > 0) throw notOnWindows('descriptors that programs inherit', 'hand over stdin, stdout or stderr');
}
