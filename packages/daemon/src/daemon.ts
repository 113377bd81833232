import { fileURLToPath } from 'node:url';
import { serialize } from '@multiprocess/serialization';
import {
  DESCRIBE,
  DaemonError,
  argumentError,
  checkArray,
  checkFunction,
  checkNumber,
  childEnvironment,
  clock,
  describable,
  inheritedExecArgv,
  nodePath,
  optionsOf,
  refuseEndlessStart,
} from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import type { LaunchBody } from './daemon-main.js';
import { checkSettings } from './daemon-options.js';
import type { DaemonizeOptions, Settings } from './daemon-options.js';
import { launch } from './launch.js';
import { hasEnded } from './has-ended.js';
import { isRunning } from './lock-file.js';
import type { Holder } from './lock-file.js';
import { PATIENCE_MS, PidFile, unknownHolder } from './pid-file.js';
import { signalHolder } from './signal-holder.js';

/** What to make a {@link Daemon} of. */
export interface DaemonOptions<A extends readonly unknown[] = readonly unknown[]> extends DaemonizeOptions {
  /** What the daemon runs: a `task`, or a function whose source says all it needs. */
  readonly target: (...args: A) => unknown;
  /** What to call it with. Default: nothing. */
  readonly args?: A | undefined;
  /**
   * The file that says which process it is, in one line, readable for all. Beside it lies its lock, `<pidFile>.lock`, for its owner
   * only. All that name the same file mean the same daemon.
   */
  readonly pidFile: string;
  /** Its environment. Default: that of the process that starts it. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds that it may take to end after SIGTERM; then it is killed. Default: 10 000. */
  readonly stopTimeout?: number | undefined;
}

/** The state of a daemon. `stalePid` names a process that was it, and ended without removing its file. */
export type DaemonStatus =
  { readonly running: true; readonly pid: number } | { readonly running: false; readonly stalePid?: number };

const MAIN = fileURLToPath(new URL('./daemon-main.js', import.meta.url));
const EXAMPLE = "{ target: serve, pidFile: '/run/my-server.pid' }";
const STOP_MS = 10_000;
/** The kernel ends a process at once, but for one that waits for a device. */
const KILL_MS = 30_000;
/** The kernel has no event for the end of a process that is not a child of this one. */
const LOOK_MS = 10;

/**
 * A function that runs as a daemon, of which there is one at a time: objects with the same pid file mean the same one.
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
  #readyMessage: string | undefined;
  /** Calls of {@link start} that are under way. */
  #starting = 0;

  /** @throws {TypeError | RangeError} for options that are wrong */
  constructor(options: DaemonOptions<A>) {
    const { target, args = [], pidFile, env = {}, stopTimeout = STOP_MS } = optionsOf(options, EXAMPLE);
    checkFunction('target', target);
    checkArray('args', args, 'an array of arguments');
    if (pidFile === undefined) throw argumentError('pidFile', 'a path', pidFile);
    if (typeof env !== 'object' || (env as unknown) === null || Array.isArray(env)) {
      throw argumentError('env', 'an object like process.env', env);
    }
    checkNumber('stopTimeout', stopTimeout, { unit: 'milliseconds' });
    this.#options = options;
    this.#settings = checkSettings(options);
    this.#stopTimeout = stopTimeout;
    this.pidFile = this.#settings.pidFile ?? pidFile;
  }

  static {
    describable(this.prototype);
  }

  /**
   * What the daemon has said in `notifyReady(message)`, when this object last started it with `waitForReady`; undefined if it has
   * said nothing, or was not started by this object.
   */
  get readyMessage(): string | undefined {
    return this.#readyMessage;
  }

  /**
   * Starts the daemon and waits until it is ready. Keeps the event loop alive so long; this process may end afterwards. What the
   * daemon says of itself then is {@link readyMessage}.
   *
   * @returns its process id
   * @throws {ProcessStartError} If this is a child that is just importing a module, or the program is a single executable. Nothing was started.
   * @throws {DaemonError} with its own message if it fails; with `pid` if it is running already, whichever program has started it
   * @throws {SerializationError} If the target or an argument cannot be carried. Nothing was started.
   */
  async start(): Promise<number> {
    refuseEndlessStart('A daemon');
    const { target, args = [], env = process.env } = this.#options;
    const call = Buffer.from(serialize([target, args])).toString('base64');
    const body: LaunchBody = { settings: this.#settings, call };
    this.#starting += 1;
    try {
      const command = [nodePath('A daemon'), ...inheritedExecArgv(), MAIN];
      const { pid, message } = await launch(command, this.#settings, childEnvironment(env), JSON.stringify(body));
      this.#readyMessage = message;
      return pid;
    } finally {
      this.#starting -= 1;
    }
  }

  /**
   * Tells the daemon to end, by SIGTERM, and waits for it; kills it after `stopTimeout`. One that is being started is ended as soon
   * as it holds the pid file; a `start()` of this object that is under way is waited for until then.
   *
   * Only the process that has made the lock file, and runs, is sent a signal, whatever a pid file says.
   *
   * @returns false if it was not running
   * @throws {DaemonError} with `pid`, if it belongs to another user, or has not ended some seconds after SIGKILL; without, if
   * something else holds its lock file
   */
  async stop(): Promise<boolean> {
    const holder = await this.#runningHolder();
    if (holder !== undefined && !(await this.#end(holder, 'SIGTERM', this.#stopTimeout))) {
      if (!(await this.#end(holder, 'SIGKILL', KILL_MS))) throw this.#notEnded(holder);
    }
    PidFile.removeStale(this.pidFile);
    return holder !== undefined;
  }

  /** Stops it if it runs, and starts it. Returns the new process id. */
  async restart(): Promise<number> {
    await this.stop();
    return this.start();
  }

  /**
   * Whether it runs, as which process. Never waits. A user that may not open its lock file learns only what the kernel shows to all.
   *
   * @throws {DaemonError} If another user decides which file the pid file is.
   */
  status(): DaemonStatus {
    const { holder, stalePid } = PidFile.inspect(this.pidFile);
    if (holder !== undefined) return { running: true, pid: holder.pid };
    return stalePid === undefined ? { running: false } : { running: false, stalePid };
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { running, ...which } = this.status();
    return { pidFile: this.pidFile, state: running ? 'running' : 'not running', ...which };
  }

  /** A new holder may not have written its name yet, and a killed one takes a moment to let go. */
  async #runningHolder(): Promise<Holder | undefined> {
    let patience = clock.now() + PATIENCE_MS;
    for (;;) {
      const { held, holder } = PidFile.inspect(this.pidFile);
      if (holder !== undefined) return holder;
      if (this.#starting > 0) patience = clock.now() + PATIENCE_MS;
      else if (!held) return undefined;
      else if (clock.now() > patience) throw unknownHolder(this.pidFile);
      await clock.sleep(LOOK_MS);
    }
  }

  /** Whether it has ended within the time, and let go of its lock: until then it cannot be started again. */
  async #end(holder: Holder, signal: NodeJS.Signals, timeout: number): Promise<boolean> {
    this.#send(holder, signal);
    const deadline = clock.now() + timeout;
    while (this.#mayBeHeldBy(holder) || !hasEnded(holder)) {
      if (clock.now() >= deadline) return false;
      await clock.sleep(LOOK_MS);
    }
    return true;
  }

  #send(holder: Holder, signal: NodeJS.Signals): void {
    const { pid } = holder;
    const allowed = PidFile.isOurs(this.pidFile);
    try {
      if (allowed) signalHolder(holder, signal);
    } catch (cause) {
      throw new DaemonError(`Process ${pid} belongs to another user: stop it as that user`, pid, { cause });
    }
    if (allowed) return;
    throw new DaemonError(
      `The lock file of ${this.pidFile} belongs to another user: stop the daemon as that user`,
      pid,
    );
  }

  #mayBeHeldBy(one: Holder): boolean {
    const { held, holder } = PidFile.inspect(this.pidFile);
    return held && (holder === undefined || (holder.pid === one.pid && holder.startedAt === one.startedAt));
  }

  #notEnded(holder: Holder): DaemonError {
    if (!isRunning(holder)) return unknownHolder(this.pidFile);
    const message = `Process ${holder.pid} has not ended ${KILL_MS} ms after SIGKILL: the kernel does not let go of it`;
    return new DaemonError(message, holder.pid);
  }
}
