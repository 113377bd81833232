import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import {
  DESCRIBE,
  TimeoutExpired,
  argumentError,
  blockingTimeoutOf,
  checkOneOf,
  clock,
  describable,
  onAborted,
  received,
  signalOf,
  throwIfAborted,
  timeoutOf,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { Communication } from '../stdio/communication.js';
import { linesOf } from '../stdio/lines.js';
import { checkOptions } from '../options/popen-options.js';
import type { Command, Output, PopenOptions } from '../options/popen-options.js';
import { newTreeMark, signalTree } from '../end/process-tree.js';
import { ProgramEnd } from '../end/program-end.js';
import { settledWithin } from './settled-within.js';
import { planFor, startProgram } from '../launch/start-program.js';
import type { StdioPlan } from '../stdio/stdio-plan.js';

/** The longest a thread blocks without returning to JavaScript, so that `worker.terminate()` gets through. */
const SLICE_MS = 100;

/** What {@link Popen.communicate} has collected: null for a stream that is not `PIPE`. */
export interface Communicated<E extends string | undefined> {
  readonly stdout: Output<E> | null;
  readonly stderr: Output<E> | null;
}

/**
 * A running program, as Python's `subprocess.Popen`, over `node:child_process`.
 *
 * Keeps the event loop alive until it ends, unless {@link unref} was called.
 *
 * @example
 * ```ts source="../popen.examples.ts#communicate"
 * const sort = new Popen(['sort', '-n'], { stdin: PIPE, stdout: PIPE, encoding: 'utf8' });
 * const { stdout } = await sort.communicate('10\n9\n');
 * console.log(stdout, sort.returncode); // '9\n10\n' 0
 * ```
 */
export class Popen<E extends string | undefined = undefined> implements Describable {
  /** The command as it was given. */
  readonly args: Command;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #plan: StdioPlan;
  readonly #options: PopenOptions<E>;
  readonly #mark: string | undefined;
  readonly #end: ProgramEnd;
  #communication: Communication<E> | undefined;

  /**
   * Starts the program.
   *
   * @throws {Error} with `code` (`'ENOENT'`, `'EACCES'`, `'EMFILE'`, …) and `path`, if the program or `cwd` is not there, or the
   * system refuses. Nothing was started and nothing is left open.
   * @throws {TypeError | RangeError} for options that are wrong
   */
  constructor(args: Command, options: PopenOptions<E> = {}) {
    checkOptions(options);
    throwIfAborted(options.signal);
    const { shell = false, killTree = shell !== false } = options;
    this.args = args;
    this.#options = options;
    this.#mark = killTree ? newTreeMark() : undefined;
    this.#plan = planFor(args, options);
    try {
      const { child, pid } = startProgram(args, options, this.#plan, this.#mark);
      this.#child = child;
      this.pid = pid;
    } catch (error) {
      this.#plan.closeAll();
      throw error;
    }
    this.#plan.closeChildEnds();
    for (const forward of this.#plan.forwards) forward();
    this.#end = new ProgramEnd(this.#child, this.pid, () => this.#plan.stdin?.close());
    this.#killOnAbort(options.signal);
  }

  static {
    describable(this.prototype);
  }

  /**
   * Writes to the program, if `stdin` is `PIPE`. If the program ends, or closes its input, before it has read everything, only the
   * callbacks of `write` are told: it is not an uncaught error of this process.
   */
  get stdin(): Writable | null {
    return this.#plan.stdin?.stream ?? null;
  }

  /** What the program writes, if `stdout` is `PIPE`: bytes. Nothing is read, and nothing lost, before this is used. */
  get stdout(): Readable | null {
    return this.#plan.stdout?.stream ?? null;
  }

  /** The same for `stderr`. */
  get stderr(): Readable | null {
    return this.#plan.stderr?.stream ?? null;
  }

  /** The exit status, −N after signal N, null as long as no {@link poll} or wait has seen the end. */
  get returncode(): number | null {
    return this.#end.returncode;
  }

  /** Looks whether the program has ended: its {@link returncode}. Never waits. */
  poll(): number | null {
    return this.#end.look(0);
  }

  /**
   * Awaits the end. A program whose pipe is full and not read does not end: see {@link communicate}.
   *
   * @throws {TimeoutExpired} If it has not ended within `timeout`; it goes on.
   * @throws the signal's reason if it was aborted; the program goes on
   */
  async wait(options?: WaitOptions): Promise<number> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const code = this.poll();
    if (code !== null) return code;
    if (timeout > 0 && (await settledWithin(this.#end.told, timeout, signal))) return this.#end.status;
    throw this.#expired(timeout);
  }

  /** Like {@link wait}, but blocks the thread. */
  waitSync(options?: BlockOptions): number {
    const timeout = blockingTimeoutOf(options);
    const deadline = clock.now() + timeout;
    for (let left = timeout; ; left = deadline - clock.now()) {
      const code = this.#end.look(Math.max(0, Math.min(left, SLICE_MS)));
      if (code !== null) return code;
      if (clock.now() >= deadline) throw this.#expired(timeout);
    }
  }

  /**
   * Writes `input` and closes `stdin`, collects what comes from the pipes until they end, and awaits the program's end; all
   * at once, so that neither side blocks the other. After a timeout it goes on in the background, loses nothing, and may be
   * called again, without input.
   *
   * @throws {TimeoutExpired} with what has come so far
   * @throws {OutputLimitError} If there was more than `maxBuffer`: the program goes on, and what it writes is thrown away. Or if
   * there was more than a string can hold, about 512 million characters: with all of it, as bytes.
   * @throws {TypeError} If there is input and no pipe, or input a second time.
   */
  async communicate(input?: string | Uint8Array, options?: WaitOptions): Promise<Communicated<E>> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    this.#communication ??= new Communication(this.args, this.#plan, this.#options);
    this.#communication.feed(input);
    const done = Promise.all([this.#communication.done, this.#end.told]);
    if (await settledWithin(done, timeout, signal)) return this.#communication.texts(this.#end.status);
    throw this.#expired(timeout);
  }

  /**
   * The lines of an output that is `PIPE`, without their ends, as they come. A program that is faster than its reader waits.
   *
   * @throws {TypeError} If that output is not `PIPE`.
   */
  lines(stream: 'stdout' | 'stderr' = 'stdout'): AsyncGenerator<string, void, void> {
    const readable = checkOneOf('stream', stream, ['stdout', 'stderr']) === 'stdout' ? this.stdout : this.stderr;
    if (readable === null) throw new TypeError(`There are no lines of ${stream}: it is not PIPE`);
    return linesOf(readable, this.#options.encoding);
  }

  /**
   * Sends a signal to the program itself. Does nothing if it has ended.
   *
   * @throws {RangeError} If there is no such signal. @throws {TypeError} If it is neither a name nor a number.
   */
  sendSignal(signal: NodeJS.Signals | number): void {
    if (typeof signal !== 'number' && typeof signal !== 'string')
      throw argumentError('signal', 'a name or a number', signal);
    const number = typeof signal === 'number' ? signal : constants.signals[signal];
    if (!Number.isInteger(number) || number < 0 || number > 64)
      throw new RangeError(`signal must be the name or number of a signal, received ${received(signal)}`);
    if (this.#end.isRunning) process.kill(this.pid, number);
  }

  /** Asks the program to end, by SIGTERM; with `killTree` all that it has started, too. */
  terminate(): void {
    this.#signal('SIGTERM');
  }

  /** Ends the program by SIGKILL; with `killTree` all that it has started, too, also when it has ended itself. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { args, pid, returncode } = this;
    return { args, pid, state: this.#end.isRunning ? 'running' : 'ended', returncode };
  }

  /** Lets the program keep the event loop alive, as it does from the start. */
  ref(): this {
    this.#child.ref();
    return this;
  }

  /** Lets this process end although the program runs. */
  unref(): this {
    this.#child.unref();
    return this;
  }

  /** Closes the pipes, and leaves the program alone. What was not read is lost. Idempotent. */
  close(): void {
    this.#plan.closeAll();
  }

  /** Closes the pipes and awaits the program's end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.wait();
  }

  /** Closes the pipes and blocks until the program has ended. */
  [Symbol.dispose](): void {
    this.close();
    this.waitSync();
  }

  #killOnAbort(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const stopListening = onAborted(signal, () => {
      this.kill();
    });
    void this.#end.told.then(stopListening);
  }

  #signal(signal: NodeJS.Signals): void {
    const running = this.#end.isRunning;
    if (this.#mark !== undefined) signalTree(running ? this.pid : undefined, this.#mark, signal);
    else if (running) process.kill(this.pid, signal);
  }

  #expired(timeout: number): TimeoutExpired {
    const { stdout = null, stderr = null } = this.#communication?.report ?? {};
    const cmd = this.args;
    const message = `${inspect(cmd)} was not done within ${timeout} ms`;
    return new TimeoutExpired(message, { cmd, timeout, stdout, stderr });
  }
}
