import type { Readable, Writable } from 'node:stream';
import {
  checkAuthkey,
  checkBoolean,
  checkString,
  describable,
  DESCRIBE,
  notSent,
  ProcessStartError,
  refuseEndlessStart,
  WAITABLE,
} from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Coroutine,
  Describable,
  Description,
  Waitable,
  WaitForm,
  WaitOptions,
} from '@multiprocess/shared-memory';
import { classOfPrototype, isTask, taskOf } from '@multiprocess/serialization';
import type { ArgumentsOption } from '@multiprocess/serialization';
import { identity } from '../launch/identity.js';
import type { LaunchHead } from '../launch/launch.js';
import { checkTerminate } from '../launch/process-options.js';
import type { ProcessOptions } from '../launch/process-options.js';
import { createParts, openPartsOf, partsOf, startedPartsOf } from './process-parts.js';
import { keepSpares, keepSparesSync } from './spares.js';
import { checkStartable } from './start-child.js';
import type { TerminateOptions } from '../launch/termination.js';
import { StartedProcess } from './started-process.js';

/** No program needs as many generations. The limit stops processes that start processes without end. */
const MAX_GENERATIONS = 32;

/**
 * A function that runs in a process of its own.
 *
 * Give it a `target`, or extend it and override {@link run}. A subclass must be registered
 * (`registerClass(import.meta, Worker)`); its own properties travel with it. The child imports the module of its target:
 * guard code that must run once with `if (isMainProcess)`.
 *
 * A process that ends waits for its children first, unless they are `daemon`, `detached` or unref'd. If it is killed, the
 * kernel ends them. A child that was started in a worker thread also ends with that thread.
 *
 * @example
 * ```ts source="../process.examples.ts#process"
 * const greet = task(import.meta, function greet(name: string) {
 *   console.log(`hello ${name}, from process ${process.pid}`);
 * });
 * if (isMainProcess) {
 *   const child = new Process({ target: greet, args: ['Bob'] });
 *   child.start();
 *   await child.join();
 * }
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process | Python's Process}
 */
export class Process<A extends readonly unknown[] = readonly unknown[]> implements Waitable, Describable {
  /** Prepares a process. {@link start} starts it. @throws {@link TypeError} if an option is not of its type. */
  constructor(options: ProcessOptions<A> & ArgumentsOption<A> = {} as ProcessOptions<A> & ArgumentsOption<A>) {
    createParts(this, options);
  }

  /**
   * Boots spare processes in advance, for this thread, and resolves when they are ready. {@link start} then uses a spare,
   * which takes some milliseconds instead of a start of Node, and the spare is replaced. Workers of pools use them, too. A
   * spare fits a process that has the `cwd` and `env` of this one and no `execArgv`, `stdio` or `detached`. Spares do not
   * keep the event loop alive; `prewarm(0)` ends them.
   *
   * @throws {@link TypeError} or {@link RangeError} if `count` is not a whole number from 0 on.
   * @throws {@link ProcessStartError} if the system refuses, a spare ends before it is ready, or the working directory was deleted.
   */
  static async prewarm(count: number): Promise<void> {
    await keepSpares(count);
  }

  /** Like {@link prewarm}, but blocks the thread, and with it the event loop. */
  static prewarmSync(count: number): void {
    keepSparesSync(count);
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, ({ constructor: made }) =>
      made === Process
        ? 'send what is needed of it, such as its pid or its name'
        : `to start it, register its class first, registerClass(import.meta, ${made.name})`,
    );
  }

  /** Its name in messages, which need not be unique. You may change it at any time; a running child keeps its own. */
  get name(): string {
    return partsOf(this).name;
  }

  set name(name: string) {
    partsOf(this).name = checkString('name', name);
  }

  /** Whether it ends with its parent, which then does not wait for it. Cannot be changed after the start. */
  get daemon(): boolean {
    return partsOf(this).daemon;
  }

  set daemon(daemon: boolean) {
    const it = openPartsOf(this);
    if (it.running !== undefined) throw new TypeError(`${it.name} has been started: set daemon before start()`);
    it.daemon = checkBoolean('daemon', daemon);
  }

  /** The key by which the processes of a program know each other. Children inherit it, but not through arguments or environment. */
  get authkey(): Uint8Array {
    return openPartsOf(this).authkey;
  }

  set authkey(authkey: Uint8Array) {
    openPartsOf(this).authkey = checkAuthkey(authkey);
  }

  /** Its process id; undefined before it is started. */
  get pid(): number | undefined {
    return openPartsOf(this).running?.pid;
  }

  /** The status it exited with, or −N if signal N killed it; null while it runs. Asks the system; does not block. */
  get exitCode(): number | null {
    return openPartsOf(this).running?.exitCode ?? null;
  }

  /** The signal that killed it; null otherwise. */
  get signalCode(): NodeJS.Signals | null {
    return openPartsOf(this).running?.signalCode ?? null;
  }

  /**
   * What ended it: the error that its target threw, or an uncaught error; a `ProcessStartError` if its target was never
   * called. undefined while it runs, and if no error ended it.
   */
  get error(): unknown {
    return openPartsOf(this).running?.error;
  }

  /** A stream to its standard input, with `stdio` 'pipe'; otherwise null. */
  get stdin(): Writable | null {
    return openPartsOf(this).running?.stdin ?? null;
  }

  /** Its standard output, with `stdio` 'pipe'; otherwise null. */
  get stdout(): Readable | null {
    return openPartsOf(this).running?.stdout ?? null;
  }

  /** Its standard error, with `stdio` 'pipe'; otherwise null. */
  get stderr(): Readable | null {
    return openPartsOf(this).running?.stderr ?? null;
  }

  /** Runs in the child, where it calls the target. A subclass may override it, and may return a promise. */
  run(): unknown {
    const { target, args } = openPartsOf(this);
    return target === undefined ? undefined : Reflect.apply(target, undefined, args);
  }

  /**
   * Starts it, once. Target and arguments are serialized before this returns.
   *
   * If it throws, nothing was started.
   *
   * @throws {@link ProcessStartError} if it has been started, the system refuses, its working directory was deleted, or this is a
   * child that is still importing its modules.
   * @throws {@link SerializationError} if target or arguments cannot be serialized.
   * @throws {@link OutOfMemoryError} or {@link UnsupportedPlatformError} if shared memory is full, or not available here.
   */
  start(): void {
    const it = openPartsOf(this);
    if (it.running !== undefined)
      throw new ProcessStartError(`${it.name} has been started already: make a new Process`);
    refuseEndlessStart(it.name);
    if (it.path.length > MAX_GENERATIONS) {
      throw new ProcessStartError(
        `${it.name} is generation ${it.path.length}, and there may be ${MAX_GENERATIONS}: is there code at the top of a module that starts processes, without if (isMainProcess)?`,
      );
    }
    checkStartable(it.name, it.settings);
    const { name, path, daemon, authkey, target, args } = it;
    const module = target !== undefined && isTask(target) ? taskOf(target).module : moduleOfClass(this);
    const parent = { pid: process.pid, name: identity().name };
    const task = target?.name ?? (this.constructor === Process ? undefined : this.constructor.name);
    const head: LaunchHead = { name, path, daemon, authkey, parent, argv: process.argv, module, task };
    // Without an overridden run() the child does not need the object.
    const object = this.run === Process.prototype.run ? undefined : this;
    it.running = new StartedProcess(head, { target, args, object }, it.settings, this);
  }

  /**
   * Waits until its target is about to be called: its modules are imported and its arguments have arrived.
   *
   * @throws {@link ProcessStartError} if it ended before that; `cause` is the error in the child.
   * @throws {@link TimeoutError} after a timeout. The child goes on.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async ready(options?: WaitOptions): Promise<void> {
    return startedPartsOf(this).ready(options);
  }

  /** Like {@link ready}, but blocks the thread, and with it the event loop. */
  readySync(options?: BlockOptions): void {
    startedPartsOf(this).readySync(options);
  }

  /**
   * Waits until it has ended, and keeps the event loop alive meanwhile.
   *
   * @returns false after a timeout
   * @throws {@link ProcessStartError} if it has not been started.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async join(options?: WaitOptions): Promise<boolean> {
    return startedPartsOf(this).join(options);
  }

  /** Like {@link join}, but blocks the thread, and with it the event loop. */
  joinSync(options?: BlockOptions): boolean {
    return startedPartsOf(this).joinSync(options);
  }

  /** @internal Of a subclass, also its own properties, which travel with it. */
  [DESCRIBE](): Description {
    const { name, daemon, closed, running } = partsOf(this);
    const state = closed ? 'closed' : running === undefined ? 'not started' : running.isAlive() ? 'running' : 'ended';
    const { pid, exitCode, signalCode } = running ?? {};
    const end = state === 'ended' ? { exitCode, signalCode: signalCode ?? undefined } : {};
    return { name, pid, state, ...end, daemon, ...Object.fromEntries(Object.entries(this)) };
  }

  /** @internal Ready when it has ended; see `waitReady` of `@multiprocess/pipe`. */
  [WAITABLE](form: WaitForm): Coroutine<unknown> {
    return startedPartsOf(this).ending(form);
  }

  /** Whether it runs now. Asks the system; does not block. */
  isAlive(): boolean {
    return openPartsOf(this).running?.isAlive() ?? false;
  }

  /**
   * Asks it to end, by SIGTERM. Unless it handles SIGTERM, its `finally` blocks and exit listeners do not run. Does nothing
   * if it has ended. Does not wait: `tree` and `grace` take effect meanwhile, also during {@link joinSync}.
   *
   * @throws {@link ProcessStartError} if it has not been started.
   * @throws {@link SystemError} if one of the two processes has changed its user, so that this one may not send it a signal.
   * @throws {@link TypeError} if an option is not of its type. @throws {@link RangeError} if `grace` is negative or NaN.
   */
  terminate(options: TerminateOptions = {}): void {
    checkTerminate(options);
    startedPartsOf(this).terminate(options);
  }

  /** Ends it at once, by SIGKILL; otherwise like {@link terminate}. */
  kill(): void {
    startedPartsOf(this).kill();
  }

  /** Lets it keep the event loop alive while it runs. This is the default, except for a daemon. */
  ref(): this {
    startedPartsOf(this).ref();
    return this;
  }

  /** Lets this process end although the child runs or a caller waits for it. The child is then treated as a daemon. */
  unref(): this {
    startedPartsOf(this).unref();
    return this;
  }

  /**
   * Releases what this process keeps of it. Afterwards only `name`, `daemon` and `close` can be used. Idempotent.
   *
   * @throws {@link TypeError} if it is running: join it first, or end it.
   */
  close(): void {
    const it = partsOf(this);
    if (it.running?.isAlive() === true) {
      throw new TypeError(
        `Cannot close ${it.name} while it is running (process ${it.running.pid}): join() or terminate() it first`,
      );
    }
    it.closed = true;
    it.running = undefined;
  }
}

/** Of a subclass: the module of its class. The child imports it first, since only an import can await. */
function moduleOfClass(one: Process): string | undefined {
  return classOfPrototype(Object.getPrototypeOf(one) as object)?.module;
}
