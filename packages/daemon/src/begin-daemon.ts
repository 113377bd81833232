import { deserialize, importedFunction, importNeeded } from '@multiprocess/serialization';
import { becomeChild, clock } from '@multiprocess/shared-memory';
import type { Settings } from './daemon-options.js';
import { LaunchChannel } from './launch-channel.js';
import { beginReporting, giveUp, notifyReady } from './notify-ready.js';
import { settleIn } from './settle-in.js';

/** What the launcher sends. */
export interface LaunchBody {
  readonly settings: Settings;
  /** The target and its arguments, serialized, as base64. */
  readonly call: string;
}

/** Makes of this process the daemon that `new Daemon(…).start()` has started: `node daemon-main.cjs`, marked by an environment variable. */
export function beginDaemon(): void {
  becomeChild();
  const channel = LaunchChannel.take();
  if (channel === undefined) {
    console.error('This program is started by new Daemon(…).start()');
    process.exit(1);
  }
  beginReporting(channel);
  void run(channel);
}

async function run(from: LaunchChannel): Promise<void> {
  let result: unknown;
  let settings: Settings;
  try {
    const body = JSON.parse(from.read()) as LaunchBody;
    settings = body.settings;
    settle(settings);
    const message = Buffer.from(body.call, 'base64');
    await importNeeded(message);
    const [target, args] = deserialize(message) as [(...args: unknown[]) => unknown, unknown[]];
    const call = (await importedFunction(target)) as typeof target;
    result = call(...args);
  } catch (error) {
    console.error(error);
    giveUp(error);
  }
  // From now on, an error of the target is an uncaught error, as in any program.
  const ended = Promise.resolve(result);
  if (settings.waitForReady) {
    await ended;
    return;
  }
  await Promise.race([ended, clock.turn()]);
  notifyReady();
  await ended;
}

/** Its errors are for the launcher alone: if there is another instance, the log is that one's. */
function settle(settings: Settings): void {
  try {
    settleIn(settings);
  } catch (error) {
    giveUp(error);
  }
}
