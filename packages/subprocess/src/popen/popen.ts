import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import {
  checkBlockingTimeout,
  checkOneOf,
  checkSignal,
  checkTimeout,
  clock,
  describable,
  DESCRIBE,
  notSent,
  onAborted,
  throwIfAborted,
  TimeoutExpired,
  within,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { Communication } from '../stdio/communication.js';
import { linesOf } from '../stdio/lines.js';
import { withLocalPrograms } from '../launch/local-programs.js';
import { endProgram } from '../end/end-program.js';
import { checkDecided } from '../options/run-options.js';
import { checkPopenOptions } from '../options/popen-options.js';
import { shownCommand } from '../options/shown-command.js';
import type { Command, PipedOptions, PopenOptions } from '../options/popen-options.js';
import { newTreeMark, signalTree } from '../end/process-tree.js';
import { ProgramEnd } from '../end/program-end.js';
import { checkSignalNumber, sendSignal } from '../end/send-signal.js';
import { settledWithin } from './settled-within.js';
import { planFor, startProgram } from '../launch/start-program.js';
import type { StdioPlan } from '../stdio/stdio-plan.js';
import type { Communicated } from '../stdio/written.js';

/** How long a thread blocks at a time. It then returns to JavaScript, so that `worker.terminate()` takes effect. */
const SLICE_MS = 100;

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
  #ending: Promise<void> | undefined;

  /**
   * Starts the program.
   *
   * If it throws, nothing was started and nothing is left open.
   *
   * @throws {@link Error} with `code` (`'ENOENT'`, `'EACCES'`, `'EMFILE'`, …) and `path`, if the program or `cwd` does not exist, or
   * the system refuses
   * @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type or size.
   */
  constructor(args: Command, options: PopenOptions<E> = {}) {
    checkPopenOptions(options);
    options = withLocalPrograms(options);
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
      this.#plan.abandon();
      throw error;
    }
    for (const forward of this.#plan.forwards) forward();
    this.#end = new ProgramEnd(this.#child, this.pid, () => this.#plan.stdin?.close());
    this.#killOnAbort(options.signal);
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'send what is needed of it, such as its pid or its returncode');
  }

  /**
   * The input of the program, if `stdin` is `PIPE`; otherwise null. If the program ends or closes its input before it has read
   * everything, only the callbacks of `write` get the error; it is not an uncaught error.
   */
  get stdin(): Writable | null {
    return this.#plan.stdin?.stream ?? null;
  }

  /**
   * The output of the program as bytes, if `stdout` is `PIPE`; otherwise null. It is read only once you use this property; without
   * the native part, some of it ahead.
   */
  get stdout(): Readable | null {
    return this.#plan.stdout?.stream ?? null;
  }

  /** The same for `stderr`. */
  get stderr(): Readable | null {
    return this.#plan.stderr?.stream ?? null;
  }

  /** The exit status, −N after signal N; null until {@link poll} or a wait has seen the end. */
  get returncode(): number | null {
    return this.#end.returncode;
  }

  /**
   * Checks whether the program has ended, and returns its {@link returncode}. Never waits. Without the native part the event loop
   * has to run for that.
   */
  poll(): number | null {
    return this.#end.look(0);
  }

  /**
   * Awaits the end. A program that writes to a full pipe does not end until you read it: see {@link communicate}.
   *
   * @throws {@link TimeoutExpired} if it has not ended within `timeout`. The program goes on.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. The program goes on.
   */
  async wait(options?: WaitOptions): Promise<number> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    const code = this.poll();
    if (code !== null) return code;
    if (timeout > 0 && (await settledWithin(this.#end.told, timeout, signal))) return this.#end.status;
    throw this.#expired(timeout);
  }

  /**
   * Like {@link wait}, but blocks the thread.
   *
   * @throws {@link UnsupportedPlatformError} without the native part, if it would have to block: await {@link wait}.
   */
  waitSync(options?: BlockOptions): number {
    const timeout = checkBlockingTimeout(options);
    const deadline = clock.now() + timeout;
    for (let left = timeout; ; left = deadline - clock.now()) {
      const code = this.#end.look(Math.max(0, Math.min(left, SLICE_MS)));
      if (code !== null) return code;
      if (clock.now() >= deadline) throw this.#expired(timeout);
    }
  }

  /**
   * Writes `input` and closes `stdin`, collects the output of the pipes until they end, and awaits the program's end. It does
   * this at the same time, so that neither side blocks the other. After a timeout it goes on in the background, and you may
   * call it again, without input: nothing is lost.
   *
   * @throws {@link TimeoutExpired} with the output so far
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. The program goes on, and so does collecting its output: you may call it again.
   * @throws {@link OutputLimitError} if there was more output than `maxBuffer`: the program goes on, and the rest of its output is
   * discarded. Or if there was more than a string can hold, about 512 million characters: the error has all of it, as bytes.
   * @throws {@link TypeError} if there is input without a pipe, or a second time.
   */
  async communicate(input?: string | Uint8Array, options?: WaitOptions): Promise<Communicated<E>> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    this.#communication ??= new Communication(this.args, this.#plan, this.#options);
    this.#communication.feed(input);
    const done = Promise.all([this.#communication.done, this.#end.told]);
    if (await settledWithin(done, timeout, signal)) return this.#communication.texts(this.#end.status);
    throw this.#expired(timeout);
  }

  /**
   * The lines of an output that is `PIPE`, as they arrive, without line ends. A program that is faster than its reader waits.
   *
   * @throws {@link TypeError} if that output is not `PIPE`.
   */
  lines(stream: 'stdout' | 'stderr' = 'stdout'): AsyncGenerator<string, void, void> {
    const readable = checkOneOf('stream', stream, ['stdout', 'stderr']) === 'stdout' ? this.stdout : this.stderr;
    if (readable === null) throw new TypeError(`${stream} has no lines to read: it is not PIPE`);
    return linesOf(readable, this.#options.encoding);
  }

  /**
   * Sends a signal to the program itself. Does nothing if it has ended.
   *
   * @throws {@link RangeError} if there is no such signal. @throws {@link TypeError} if it is neither a name nor a number.
   * @throws {@link UnsupportedPlatformError} on Windows, for a signal that does not end programs.
   */
  sendSignal(signal: NodeJS.Signals | number): void {
    const number = checkSignalNumber(signal);
    if (this.#end.isRunning) sendSignal(this.#child, this.pid, number);
  }

  /** Asks the program to end, by SIGTERM; with `killTree` also all that it has started. On Windows the same as {@link Popen.kill | kill}. */
  terminate(): void {
    this.#signal('SIGTERM');
  }

  /** Ends the program by SIGKILL; with `killTree` also all that it has started, even after its own end. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** @internal Ends it because of a time-out, an abort or too much output, and waits for its end. Idempotent. */
  end(): Promise<void> {
    return (this.#ending ??= endProgram(this, this.#options.killAfter ?? 0));
  }

  /**
   * Starts the command of another program, whose standard input is the output of this one, and returns its `Popen`. The bytes pass through
   * this process, which waits while the reader is slow. When the reader ends, the pipe of this program is closed, so that it
   * ends as it would in a shell. The status of each program is its own: await each.
   *
   * If it throws, this program goes on, and nothing has read its output.
   *
   * @example
   * ```ts source="../run.examples.ts#pipe"
   * const words = new Popen(command`cat /usr/share/dict/words`, { stdout: PIPE });
   * const matches = words.pipe(command`grep -c ette`, { stdout: PIPE, encoding: 'utf8' });
   * const { stdout } = await matches.communicate();
   * console.log(stdout, words.returncode, matches.returncode);
   * ```
   * @throws {@link TypeError} if `stdout` of this program is not `PIPE`, or an option is of the wrong type.
   * @throws {@link Error} with `code` and `path`, as the constructor does
   */
  pipe<F extends string | undefined = undefined>(args: Command, options: PipedOptions<F> = {}): Popen<F> {
    const { stdout } = this;
    if (args instanceof Popen) {
      throw new TypeError('pipe() starts the next program itself: give it the command, received a Popen');
    }
    if (stdout === null) throw new TypeError('There is no output to pipe: give this Popen stdout: PIPE');
    checkDecided('pipe', options, ['stdin']);
    const reader = new Popen<F>(args, { ...options, stdin: stdout });
    void reader.#end.told.then(() => stdout.destroy());
    return reader;
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { args, pid, returncode } = this;
    return { args, pid, state: this.#end.isRunning ? 'running' : 'ended', returncode };
  }

  /** Lets the program keep the event loop alive. This is the default. */
  ref(): this {
    this.#child.ref();
    return this;
  }

  /** Lets this process end while the program runs. */
  unref(): this {
    this.#child.unref();
    return this;
  }

  /** Closes the pipes. Unread output is lost; the program goes on, and so does copying from and to streams. Idempotent. */
  close(): void {
    this.#plan.close();
  }

  /** Closes the pipes and awaits the program's end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.wait();
  }

  /** Closes the pipes and blocks until the program has ended, as {@link Popen.waitSync | waitSync} does. */
  [Symbol.dispose](): void {
    this.close();
    this.waitSync();
  }

  #killOnAbort(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const stopListening = onAborted(signal, () => {
      void this.end();
    });
    void this.#end.told.then(stopListening);
  }

  #signal(signal: NodeJS.Signals): void {
    const running = this.#end.isRunning;
    if (this.#mark !== undefined) signalTree(running ? this.pid : undefined, this.#mark, signal);
    else if (running) sendSignal(this.#child, this.pid, constants.signals[signal]);
  }

  #expired(timeout: number): TimeoutExpired {
    const { stdout = null, stderr = null } = this.#communication?.report ?? {};
    const cmd = this.args;
    const message = `${shownCommand(cmd)} was not done${within(timeout)}`;
    return new TimeoutExpired(message, { cmd, timeout, stdout, stderr });
  }
}
