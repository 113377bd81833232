import type { Readable, Writable } from 'node:stream';
import {
  DESCRIBE,
  ProcessStartError,
  WAITABLE,
  checkBoolean,
  checkString,
  describable,
  refuseEndlessStart,
} from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Describable,
  Description,
  WaitForm,
  WaitOptions,
  Waitable,
  Coroutine,
} from '@multiprocess/shared-memory';
import { classOfPrototype, isTask, taskOf } from '@multiprocess/serialization';
import { identity } from '../launch/identity.js';
import type { LaunchHead } from '../launch/launch.js';
import { checkTerminate, checkedAuthkey } from '../launch/process-options.js';
import type { ProcessOptions } from '../launch/process-options.js';
import { createParts, openPartsOf, partsOf, startedPartsOf } from './process-parts.js';
import { keepSpares, keepSparesSync } from './spares.js';
import { checkStartable } from './start-child.js';
import type { TerminateOptions } from '../launch/termination.js';
import { StartedProcess } from './started-process.js';

/** More generations than any program means: a family that grows without end is stopped before the machine is. */
const MAX_GENERATIONS = 32;

/**
 * A function that runs in a process of its own.
 *
 * Give it a `target`, or extend it and override {@link run}; then the class must be registered
 * (`registerClass(import.meta, Worker)`) and its own properties travel with it. The child imports the module of its
 * target: guard what must run once with `if (isMainProcess)`.
 *
 * A process that ends, however, waits for its children first, unless they are `daemon`, `detached` or unref'd; if it is
 * killed, the kernel ends them. One that is started in a worker thread ends with that thread, too.
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
  /**
   * Prepares a process; nothing is started.
   *
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options: ProcessOptions<A> = {}) {
    createParts(this, options);
  }

  /**
   * Keeps so many booted spares, in this thread, and resolves when they are ready. A start then hands over to a spare, which
   * takes some milliseconds instead of Node's start, and the spare is replaced. For processes, pools' workers too, with the
   * surroundings of this one: the same `cwd` and `env`, no `execArgv`, no `stdio`, not detached. Spares keep nothing alive;
   * 0 ends them.
   *
   * @throws {RangeError} If `count` is not a whole number from 0 on.
   * @throws {ProcessStartError} If the system refuses, one ends before it is ready, or the working directory has been deleted.
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
  }

  /** For people; need not be unique. May be changed at any time, which does not reach a child that runs. */
  get name(): string {
    return partsOf(this).name;
  }

  set name(name: string) {
    partsOf(this).name = checkString('name', name);
  }

  /** Whether it ends with its parent, which then does not wait for it. Settled when it is started. */
  get daemon(): boolean {
    return partsOf(this).daemon;
  }

  set daemon(daemon: boolean) {
    const it = openPartsOf(this);
    if (it.running !== undefined) throw new TypeError(`${it.name} has been started: daemon is settled`);
    it.daemon = checkBoolean('daemon', daemon);
  }

  /** The key by which processes of one family know each other; inherited. Never in arguments or environment. */
  get authkey(): Uint8Array {
    return openPartsOf(this).authkey;
  }

  set authkey(authkey: Uint8Array) {
    openPartsOf(this).authkey = checkedAuthkey(authkey);
  }

  /** The system's number for it; undefined before it is started. */
  get pid(): number | undefined {
    return openPartsOf(this).running?.pid;
  }

  /** The status it exited with, or −N if signal N killed it; null as long as it runs. Asks the system, does not block. */
  get exitCode(): number | null {
    return openPartsOf(this).running?.exitCode ?? null;
  }

  /** The signal that killed it; null otherwise. */
  get signalCode(): NodeJS.Signals | null {
    return openPartsOf(this).running?.signalCode ?? null;
  }

  /**
   * What ended it: the error that its target threw, or an uncaught one, as it was there; a `ProcessStartError` if the
   * target was never called. undefined as long as it runs, and if it ended otherwise.
   */
  get error(): unknown {
    return openPartsOf(this).running?.error;
  }

  /** A stream into it, with `stdio` 'pipe'; else null. */
  get stdin(): Writable | null {
    return openPartsOf(this).running?.stdin ?? null;
  }

  /** What it writes, with `stdio` 'pipe'; else null. */
  get stdout(): Readable | null {
    return openPartsOf(this).running?.stdout ?? null;
  }

  /** What it complains about, with `stdio` 'pipe'; else null. */
  get stderr(): Readable | null {
    return openPartsOf(this).running?.stderr ?? null;
  }

  /** What the child does: calls the target. To be overridden; may return a promise. Called here, it runs here. */
  run(): unknown {
    const { target, args } = openPartsOf(this);
    return target === undefined ? undefined : Reflect.apply(target, undefined, args);
  }

  /**
   * Starts it, once. Target and arguments are serialized before this returns.
   *
   * @throws {ProcessStartError} If it has been started, the system refuses, the working directory that it would have has been
   * deleted, or this is a child that is just importing its modules. Nothing was started.
   * @throws {SerializationError} If target or arguments cannot be carried. Nothing was started.
   * @throws {OutOfMemoryError | UnsupportedPlatformError} If shared memory is full, or cannot be had here. Nothing was started.
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
    const head: LaunchHead = { name, path, daemon, authkey, parent, argv: process.argv, module };
    // Without an overridden run() there is nothing of the object that the child needs.
    const object = this.run === Process.prototype.run ? undefined : this;
    it.running = new StartedProcess(head, { target, args, object }, it.settings, this);
  }

  /**
   * Waits until its target is about to be called, so that everything it needs has arrived.
   *
   * @throws {ProcessStartError} If that will not happen; `cause` is what failed in the child.
   * @throws {TimeoutError} If the time was over first. It goes on.
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
   * @returns false if the time was over first
   * @throws {ProcessStartError} If it has not been started.
   * @throws the signal's reason if it was aborted first
   */
  async join(options?: WaitOptions): Promise<boolean> {
    return startedPartsOf(this).join(options);
  }

  /** Like {@link join}, but blocks the thread, and with it the event loop. */
  joinSync(options?: BlockOptions): boolean {
    return startedPartsOf(this).joinSync(options);
  }

  /** @internal Of a subclass, its own properties as well: they are what travels with it. */
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

  /** Whether it runs now. Asks the system, does not block. */
  isAlive(): boolean {
    return openPartsOf(this).running?.isAlive() ?? false;
  }

  /**
   * Asks it to end, by SIGTERM: its `finally` blocks and exit handlers do not run unless it handles that. Does nothing
   * if it has ended. Does not wait; what `tree` and `grace` ask for goes on meanwhile, also in {@link joinSync}.
   *
   * @throws {ProcessStartError} If it has not been started.
   * @throws {SystemError} If this process has no right to that: one of the two has changed who it runs as.
   * @throws {TypeError} If an option is not of its type. @throws {RangeError} If `grace` is negative or NaN.
   */
  terminate(options: TerminateOptions = {}): void {
    checkTerminate(options);
    startedPartsOf(this).terminate(options);
  }

  /** Ends it at once, by SIGKILL; otherwise like {@link terminate}. */
  kill(): void {
    startedPartsOf(this).kill();
  }

  /** Lets it keep the event loop alive while it runs; it does from the start, unless it is a daemon. */
  ref(): void {
    startedPartsOf(this).ref();
  }

  /** Lets this process end although the child runs or is waited for. The child is then treated as a daemon. */
  unref(): void {
    startedPartsOf(this).unref();
  }

  /**
   * Lets go of what is known of it; afterwards only name, daemon and this can be used. Idempotent.
   *
   * @throws {TypeError} If it is running: join it first, or end it.
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

/** Of a subclass: where its class is. The child imports that first, since only an import can await. */
function moduleOfClass(one: Process): string | undefined {
  return classOfPrototype(Object.getPrototypeOf(one) as object)?.module;
}
