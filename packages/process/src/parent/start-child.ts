import { describePlatform } from '@multiprocess/shared-memory';
import type { SpawnSettings } from '../launch/process-options.js';
import { giveToSpare } from './spares.js';
import { refuseWithoutDirectory, spawnChild } from './spawn-child.js';
import type { StartChild } from './started-process.js';
import { SystemChild } from './system-child.js';
import { ThreadChild } from '../thread/thread-child.js';

/**
 * How a child with these settings is started; see {@link StartChild}.
 *
 * @throws {ProcessStartError} If its working directory would be one that has been deleted.
 * @throws {UnsupportedPlatformError} Without a native part: parent and child meet in shared memory, threads too.
 */
export function startChild(name: string, holdsLoop: boolean, settings: SpawnSettings): StartChild {
  describePlatform();
  if (settings.cwd === undefined) refuseWithoutDirectory(name);
  return (launch, onEnd) => {
    if (settings.runtime === 'thread') return new ThreadChild(name, launch, settings, holdsLoop, onEnd);
    const started = giveToSpare(launch.reference, settings) ?? spawnChild(name, launch.reference, settings);
    return new SystemChild(name, launch, started, holdsLoop, onEnd);
  };
}
