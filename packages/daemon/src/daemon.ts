import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { serialize } from '@multiprocess/serialization';
import { DESCRIBE, describable, hasErrorCode } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import type { LaunchBody } from './daemon-main.js';
import { settingsOf } from './daemon-options.js';
import type { DaemonizeOptions, Settings } from './daemon-options.js';
import { launch } from './launch.js';
import { PidFile } from './pid-file.js';

/** What to make a {@link Daemon} of. */
export interface DaemonOptions<A extends readonly unknown[] = readonly unknown[]> extends DaemonizeOptions {
  /** What the daemon runs: a `task`, or a function whose source says all it needs. */
  readonly target: (...args: A) => unknown;
  /** What to call it with. Default: nothing. */
  readonly args?: A | undefined;
  /** The file that says which process it is, and whose lock it holds: whoever names the same one means the same daemon. */
  readonly pidFile: string;
  /** Its environment. Default: that of the process that starts it. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds that it may take to end after SIGTERM; then it is killed. Default: 10 000. */
  readonly stopTimeout?: number | undefined;
}

/** How a daemon stands. `stalePid`: a process that was it, and ended without tidying up. */
export type DaemonStatus =
  { readonly running: true; readonly pid: number } | { readonly running: false; readonly stalePid: number | undefined };

const MAIN = fileURLToPath(new URL('./daemon-main.js', import.meta.url));
const STOP_MS = 10_000;
/** The kernel has no event for the end of a process that is nobody's child here. */
const LOOK_MS = 10;

/**
 * A function that runs as a daemon, of which there is one at a time: whoever has the same pid file means the same one.
 *
 * @example
 * ```ts source="./daemon.examples.ts#daemon"
 * const daemon = new Daemon({ target: serve, args: [8080], pidFile: '/run/my-server.pid' });
 * console.log('started as', await daemon.start());
 * console.log(daemon.status()); // { running: true, pid: 4711 }
 * await daemon.stop();
 * ```
 */
export class Daemon<A extends readonly unknown[] = readonly unknown[]> implements Describable {
  readonly pidFile: string;
  readonly #options: DaemonOptions<A>;
  readonly #settings: Settings;
  readonly #stopTimeout: number;

  /** @throws {TypeError | RangeError} for options that are wrong */
  constructor(options: DaemonOptions<A>) {
    const { target, args = [], pidFile, stopTimeout = STOP_MS } = options;
    if (typeof target !== 'function') throw new TypeError(`target must be a function, received ${inspect(target)}`);
    if (!Array.isArray(args)) throw new TypeError(`args must be an array, received ${inspect(args)}`);
    if (typeof pidFile !== 'string') throw new TypeError(`pidFile must be a path, received ${inspect(pidFile)}`);
    if (typeof stopTimeout !== 'number' || !(stopTimeout >= 0)) {
      throw new RangeError(`stopTimeout must be 0 ms or more, received ${inspect(stopTimeout)}`);
    }
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#stopTimeout = stopTimeout;
    this.pidFile = this.#settings.pidFile ?? pidFile;
  }

  static {
    describable(this.prototype);
  }

  /**
   * Starts the daemon and waits until it is ready. Keeps the event loop alive so long; this process may end afterwards.
   *
   * @returns its process id
   * @throws {DaemonError} with its own message if it fails; with `pid` if it is running already, whoever started it
   * @throws {SerializationError} If the target or an argument cannot be carried. Nothing was started.
   */
  async start(): Promise<number> {
    const { target, args = [], env = process.env } = this.#options;
    const call = Buffer.from(serialize([target, args])).toString('base64');
    const body: LaunchBody = { settings: this.#settings, call };
    const { pid } = await launch([...process.execArgv, MAIN], this.#settings, env, JSON.stringify(body));
    return pid;
  }

  /**
   * Tells the daemon to end, by SIGTERM, and waits for it; kills it after `stopTimeout`.
   *
   * @returns false if it was not running
   * @throws {Error} with `code` `'EPERM'`, if it belongs to somebody else
   */
  async stop(): Promise<boolean> {
    const pid = await this.#runningPid();
    if (pid !== undefined) {
      await this.#end(pid, 'SIGTERM', this.#stopTimeout);
      await this.#end(pid, 'SIGKILL', Infinity);
    }
    PidFile.removeStale(this.pidFile);
    return pid !== undefined;
  }

  /** Stops it if it runs, and starts it. Returns the new process id. */
  async restart(): Promise<number> {
    await this.stop();
    return this.start();
  }

  /** Whether it runs, as which process. Never waits. */
  status(): DaemonStatus {
    const { holder, stalePid } = PidFile.inspect(this.pidFile);
    return holder === undefined ? { running: false, stalePid } : { running: true, pid: holder.pid };
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { running, ...which } = this.status();
    return { pidFile: this.pidFile, state: running ? 'running' : 'not running', ...which };
  }

  /** A holder that has just begun has not written yet who it is. */
  async #runningPid(): Promise<number | undefined> {
    for (;;) {
      const state = PidFile.inspect(this.pidFile);
      if (!state.held) return undefined;
      if (state.holder !== undefined) return state.holder.pid;
      await delay(LOOK_MS);
    }
  }

  async #end(pid: number, signal: NodeJS.Signals, timeout: number): Promise<void> {
    if (PidFile.inspect(this.pidFile).holder?.pid !== pid) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!hasErrorCode(error, 'ESRCH')) throw error;
    }
    const deadline = performance.now() + timeout;
    while (this.#mayBeHeldBy(pid) && performance.now() < deadline) await delay(LOOK_MS);
  }

  /** Its lock goes last: until then it cannot be started again. */
  #mayBeHeldBy(pid: number): boolean {
    const { held, holder } = PidFile.inspect(this.pidFile);
    return held && (holder === undefined || holder.pid === pid);
  }
}
