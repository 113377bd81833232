import { describePlatform } from '@multiprocess/shared-memory';
import type { Child } from '../launch/child.js';
import type { Launch, LaunchHead } from '../launch/launch.js';
import type { SpawnSettings } from '../launch/process-options.js';
import { ThreadChild } from '../thread/thread-child.js';
import { giveToSpare } from './spares.js';
import { refuseWithoutDirectory, spawnChild } from './spawn-child.js';
import { SystemChild } from './system-child.js';

/**
 * To be called before the launch is made, which may run code of the user.
 *
 * @throws {ProcessStartError} If the child's working directory would be one that has been deleted.
 * @throws {UnsupportedPlatformError} Without a native part: parent and child meet in shared memory, threads too.
 */
export function checkStartable(name: string, settings: SpawnSettings): void {
  describePlatform(); // throws where there is no native part
  if (settings.cwd === undefined) refuseWithoutDirectory(name);
}

/**
 * Starts a thread, or a process: hands the launch to a spare if one fits, else spawns a process.
 *
 * @param onEnd called once, from wherever the child is found to have ended
 * @throws {ProcessStartError} If the system refuses.
 */
export function startChild(
  { name, daemon }: LaunchHead,
  launch: Launch,
  settings: SpawnSettings,
  onEnd: () => void,
): Child {
  if (settings.runtime === 'thread') return new ThreadChild(name, launch, settings, !daemon, onEnd);
  const started = giveToSpare(launch.reference, settings) ?? spawnChild(name, launch.reference, settings);
  return new SystemChild(name, launch, started, !daemon, onEnd);
}
