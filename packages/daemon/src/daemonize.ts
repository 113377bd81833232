import { checkOptions, DaemonError, isSingleExecutable, refuseEndlessStart } from '@multiprocess/shared-memory';
import { checkSettings, DAEMONIZE_OPTIONS } from './daemon-options.js';
import type { DaemonizeOptions } from './daemon-options.js';
import { launch } from './launch.js';
import { LaunchChannel } from './launch-channel.js';
import { beginReporting, giveUp, notifyReady } from './notify-ready.js';
import { settleIn } from './settle-in.js';

// Whether this process has become a daemon, which happens at most once.
let isDaemon = false;

/**
 * Makes this program a daemon: starts it again with the same arguments, in a session of its own without a terminal. The promise
 * resolves only there. The first process waits until the daemon is ready, and ends: with status 0, or with 1 and the daemon's
 * own message on stderr. Code before this call runs in both processes.
 *
 * @example
 * ```ts source="./daemon.examples.ts#daemonize"
 * await daemonize({ pidFile: '/run/my-server.pid', stderr: '/var/log/my-server.log', waitForReady: true });
 * const server = createServer().listen(8080, () => {
 *   notifyReady('listening on 8080');
 * });
 * process.once('SIGTERM', () => server.close());
 * ```
 * @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type or size.
 * @throws {@link DaemonError} if this process is a daemon already.
 */
export async function daemonize(options: DaemonizeOptions = {}): Promise<void> {
  const settings = checkSettings(checkOptions(options, '{ umask: 0o022 }', DAEMONIZE_OPTIONS));
  if (isDaemon) throw new DaemonError('This process is a daemon already', process.pid);
  refuseEndlessStart('A daemon');
  const channel = LaunchChannel.take();
  if (channel === undefined) {
    // A single executable puts its own path where Node has that of the program.
    const args = process.argv.slice(isSingleExecutable() ? 2 : 1);
    const command = { executable: process.execPath, args: [...process.execArgv, ...args], env: process.env };
    try {
      const { message } = await launch(command, settings);
      if (message !== undefined) console.log(message);
      process.exit(0);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      console.error(error.message);
      process.exit(1);
    }
  }
  isDaemon = true;
  beginReporting(channel);
  try {
    settleIn(settings);
  } catch (error) {
    giveUp(error);
  }
  if (!settings.waitForReady) notifyReady();
}
