import { describePlatform } from '@multiprocess/shared-memory';
import type { Child } from '../launch/child.js';
import type { Launch, LaunchHead } from '../launch/launch.js';
import type { SpawnSettings } from '../launch/process-options.js';
import { ThreadChild } from '../thread/thread-child.js';
import { giveToSpare } from './spares.js';
import { refuseWithoutDirectory, spawnChild } from './spawn-child.js';
import { SystemChild } from './system-child.js';

/**
 * Call this before the launch is made: serializing the arguments may run the user's code.
 *
 * @throws {@link ProcessStartError} if the child's working directory has been deleted.
 * @throws {@link UnsupportedPlatformError} without a native part.
 */
export function checkStartable(name: string, settings: SpawnSettings): void {
  requireNativePart();
  if (settings.cwd === undefined) refuseWithoutDirectory(name);
}

/** Parent and child meet in shared memory, threads too. */
function requireNativePart(): void {
  describePlatform();
}

/**
 * Starts a thread or a process. A process gets its launch through a spare if one fits; otherwise Node is started.
 *
 * @param onEnd called once, when the child is found to have ended
 * @throws {@link ProcessStartError} if the system refuses.
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
