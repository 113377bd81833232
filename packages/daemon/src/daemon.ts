import { serialize } from '@multiprocess/serialization';
import type { ArgumentsOption } from '@multiprocess/serialization';
import {
  argumentError,
  checkArray,
  checkFunction,
  checkNumber,
  checkOptions,
  clock,
  DaemonError,
  describable,
  DESCRIBE,
  hasEnded,
  nodeCommand,
  programFile,
  refuseEndlessStart,
} from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import type { LaunchBody } from './begin-daemon.js';
import { checkSettings, DAEMONIZE_OPTIONS } from './daemon-options.js';
import type { DaemonizeOptions, Settings } from './daemon-options.js';
import { launch } from './launch.js';
import { isRunning } from './lock-file.js';
import type { Holder } from './lock-file.js';
import { PATIENCE_MS, PidFile, unknownHolder } from './pid-file.js';
import { signalHolder } from './signal-holder.js';

/** Options of a {@link Daemon}. */
export interface DaemonOptions<A extends readonly unknown[] = readonly unknown[]> extends DaemonizeOptions {
  /** The function that the daemon runs: a `task`, or a function that refers to nothing outside of itself. */
  readonly target: (...args: A) => unknown;
  /** The arguments of `target`. Default: none; the compiler reports it if the function needs some. */
  readonly args?: readonly [...A] | undefined;
  /**
   * File with its process id in one line, readable for all. The lock beside it, `<pidFile>.lock`, is for its owner only. Objects
   * with the same file stand for the same daemon.
   */
  readonly pidFile: string;
  /** Its complete environment. Default: that of the process that starts it. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds that it may take to end after SIGTERM; then it is killed. Default: 10 000. */
  readonly stopTimeout?: number | undefined;
}

/** The state of a daemon. `stalePid` is a former daemon that ended without removing its file. */
export type DaemonStatus =
  { readonly running: true; readonly pid: number } | { readonly running: false; readonly stalePid?: number };

const MAIN = {
  program: 'daemon-main.cjs',
  of: '@multiprocess/daemon',
  beside() {
    return new URL('./daemon-main.cjs', import.meta.url);
  },
};
const EXAMPLE = "{ target: serve, pidFile: '/run/my-server.pid' }";
const NAMES = [...DAEMONIZE_OPTIONS, 'target', 'args', 'env', 'stopTimeout'] as const;
const STOP_MS = 10_000;
/** The kernel ends a process at once, unless that waits for a device. */
const KILL_MS = 30_000;
/** How often to check whether the daemon has ended: there is no event, as it is not a child of this process. */
const LOOK_MS = 10;

/**
 * A function that runs as a daemon, one at a time. Objects with the same pid file stand for the same daemon.
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

  /** @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type or size. */
  constructor(options: DaemonOptions<A> & ArgumentsOption<A>) {
    const {
      target,
      args = [],
      pidFile,
      env = {},
      stopTimeout = STOP_MS,
    } = checkOptions<DaemonOptions<A>>(options, EXAMPLE, NAMES);
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
   * The message of the daemon's `notifyReady(message)` when this object last started it with `waitForReady`; undefined if there
   * was none.
   */
  get readyMessage(): string | undefined {
    return this.#readyMessage;
  }

  /**
   * Starts the daemon and waits until it is ready. Keeps the event loop alive meanwhile; afterwards this process may end. The
   * daemon's message is then in {@link readyMessage}.
   *
   * @returns its process id
   * @throws {@link ProcessStartError} if this is a child that is still importing a module. Nothing was started.
   * @throws {@link DaemonError} with the daemon's own message if it fails; with `pid` if it is running already, whichever program has
   * started it
   * @throws {@link SerializationError} if the target or an argument cannot be serialized. Nothing was started.
   */
  async start(): Promise<number> {
    refuseEndlessStart('A daemon');
    const { target, args = [], env = process.env } = this.#options;
    const call = Buffer.from(serialize([target, args])).toString('base64');
    const body: LaunchBody = { settings: this.#settings, call };
    this.#starting += 1;
    try {
      const command = nodeCommand({ program: programFile(MAIN), args: [], env });
      const { pid, message } = await launch(command, this.#settings, JSON.stringify(body));
      this.#readyMessage = message;
      return pid;
    } finally {
      this.#starting -= 1;
    }
  }

  /**
   * Asks the daemon to end, by SIGTERM, and waits for its end; kills it after `stopTimeout`. A daemon that is being started is
   * ended as soon as it holds the pid file; if this object is starting it, that is waited for.
   *
   * A signal is sent only to the running process that has made the lock file, whatever the pid file says.
   *
   * @returns false if it was not running
   * @throws {@link DaemonError} with `pid`, if it belongs to another user, or has not ended some seconds after SIGKILL; without `pid`,
   * if another process holds its lock file
   */
  async stop(): Promise<boolean> {
    const holder = await this.#runningHolder();
    if (holder !== undefined && !(await this.#end(holder, 'SIGTERM', this.#stopTimeout))) {
      if (!(await this.#end(holder, 'SIGKILL', KILL_MS))) throw this.#notEnded(holder);
    }
    PidFile.removeStale(this.pidFile);
    return holder !== undefined;
  }

  /** Stops it if it runs, and starts it again. Returns the new process id. */
  async restart(): Promise<number> {
    await this.stop();
    return this.start();
  }

  /**
   * Whether it runs, and as which process. Never waits. A user that may not open its lock file learns only what the kernel shows
   * to all users.
   *
   * @throws {@link DaemonError} if another user could redirect the path of the pid file.
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

  /** Waits for a new holder that has not written its name yet, and for a killed one that has not released the lock yet. */
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

  /** Whether it has ended and released its lock within the time. Until then it cannot be started again. */
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
    const message = `Process ${holder.pid} has not ended ${KILL_MS} ms after SIGKILL: the kernel has not ended it`;
    return new DaemonError(message, holder.pid);
  }
}
