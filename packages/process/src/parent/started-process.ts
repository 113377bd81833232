import type { Readable, Writable } from 'node:stream';
import { deserialize, importNeeded } from '@multiprocess/serialization';
import {
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  ProcessStartError,
  TimeoutError,
  WaitQueue,
  waitSync,
  within,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Coroutine, WaitForm, WaitOptions } from '@multiprocess/shared-memory';
import { noteEnd, noteStart } from './running-children.js';
import type { Child } from '../launch/child.js';
import { CALLED, FAILED, isLoading, Launch, LOST, NOT_LOADED } from '../launch/launch.js';
import type { LaunchHead } from '../launch/launch.js';
import type { SpawnSettings } from '../launch/process-options.js';
import type { TerminateOptions } from '../launch/termination.js';
import type { Running } from './running.js';
import { startChild } from './start-child.js';

/** How long a thread that waits for several objects looks at a child that is about to end. */
const MAX_ENDING_MS = 100;

const ADVICE = `If ${process.execPath} is an application that is its own Node, set the environment variable MULTIPROCESS_NODE to the path of a plain one`;

/** A process of its own, or a thread, seen from the thread that started it. */
export class StartedProcess implements Running {
  readonly #child: Child;
  readonly #launch: Launch;
  readonly #loading: WaitQueue;
  readonly #name: string;
  /** The last state of the launch, once the child has ended and the launch is closed. */
  #left: { readonly state: number; readonly report: Uint8Array | undefined; readonly isTaken: boolean } | undefined;
  #error: { readonly value: unknown } | undefined;

  /**
   * Starts it. `body` is serialized before this returns.
   *
   * @throws {@link SerializationError} if something in `body` cannot be serialized. Nothing was started.
   * @throws {@link ProcessStartError} if the system refuses. Nothing was started.
   */
  constructor(head: LaunchHead, body: unknown, settings: SpawnSettings, owner: object) {
    this.#name = head.name;
    this.#launch = Launch.create(head, body);
    this.#loading = new WaitQueue(this.#launch.parker);
    try {
      this.#child = startChild(head, this.#launch, settings, () => {
        this.#collect();
        noteEnd(owner);
      });
      const child = this.#child;
      noteStart(owner, { child, survives: settings.detached === true });
      this.#launch.transfers?.sent(() => ({
        get isLost() {
          return child.look();
        },
      }));
    } catch (error) {
      this.#launch.transfers?.cancel();
      this.#launch.close();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  get stdin(): Writable | null {
    return this.#child.stdin;
  }

  get stdout(): Readable | null {
    return this.#child.stdout;
  }

  get stderr(): Readable | null {
    return this.#child.stderr;
  }

  /** What ended it. Decoded at the first access, which may import the modules of error classes. */
  get error(): unknown {
    return this.#child.look() ? this.#reviveErrorOnce() : undefined;
  }

  isAlive(): boolean {
    return !this.#child.look();
  }

  async ready(options?: WaitOptions): Promise<void> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    const loaded = await this.#loading.wait(() => this.#whileLoading('await'), timeout, signal);
    await this.#importForError();
    this.#judge(loaded, timeout);
  }

  readySync(options?: BlockOptions): void {
    const timeout = checkBlockingTimeout(options);
    this.#judge(waitSync(this.#launch.parker, this.#whileLoading('block'), timeout), timeout);
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const ended = await this.#child.wait(checkTimeout(options), checkSignal(options));
    if (ended) await this.#importForError();
    return ended;
  }

  joinSync(options?: BlockOptions): boolean {
    return this.#child.waitSync(checkBlockingTimeout(options));
  }

  *ending(form: WaitForm): Coroutine<true> {
    while (!this.#hasEnded(form)) {
      // It has stopped running and takes some milliseconds to end. The event loop tells an async waiter of the end.
      if (form === 'block' && this.#launch.hasChildEnded) this.#child.waitSync(MAX_ENDING_MS);
      else yield this.#launch.whileRunning;
    }
    return true;
  }

  terminate(options: TerminateOptions): void {
    this.#child.terminate(options);
  }

  kill(): void {
    this.#child.signal('SIGKILL');
  }

  ref(): void {
    this.#child.ref();
    this.#loading.ref();
  }

  unref(): void {
    this.#child.unref();
    this.#loading.unref();
  }

  /** The state of its launch, or the last one. */
  get #state(): number {
    return this.#left?.state ?? this.#launch.state;
  }

  #hasEnded(form: WaitForm): boolean {
    return form === 'await' ? this.#child.lookInLoop() : this.#child.look();
  }

  *#whileLoading(form: WaitForm): Coroutine<true> {
    while (isLoading(this.#state) && !this.#hasEnded(form)) yield this.#launch.whileLoading;
    return true;
  }

  #judge(loaded: true | undefined, timeout: number): void {
    if (loaded === undefined)
      throw new TimeoutError(`${this.#name} was not ready${within(timeout)}; it goes on loading`);
    const state = this.#state;
    if (state !== CALLED && state !== FAILED) throw this.#reviveErrorOnce();
  }

  /** After its end: keeps its report, and closes the launch. */
  #collect(): void {
    const { isTaken } = this.#launch;
    this.#launch.advance(LOST);
    this.#left = { state: this.#launch.state, isTaken, report: this.#launch.readReport() };
    this.#launch.close();
    this.#launch.transfers?.lose();
  }

  /** Imports the module of the error's class, which a getter could not wait for. */
  async #importForError(): Promise<void> {
    const report = this.#left?.report ?? this.#launch.readReport();
    if (report !== undefined) await importNeeded(report);
  }

  #reviveErrorOnce(): unknown {
    this.#error ??= { value: this.#reviveError() };
    return this.#error.value;
  }

  #reviveError(): unknown {
    const { state, report } = this.#left ?? { state: this.#launch.state, report: this.#launch.readReport() };
    if (state === LOST) {
      const how = this.signalCode ?? `exit code ${this.exitCode ?? 'unknown'}`;
      // A process that ended by itself, before the code of this package ran in it.
      const isForeign = this.#left?.isTaken === false && this.signalCode === null && this.pid !== process.pid;
      const advice = isForeign ? `. ${ADVICE}` : '';
      const cause = this.#child.failure;
      const message = `${this.#name} ended before its target was called: ${cause?.message ?? how}${advice}`;
      return new ProcessStartError(message, cause === undefined ? {} : { cause });
    }
    if (state === CALLED) return this.#child.failure; // such as the end of its memory, which a thread cannot report itself
    if (state !== FAILED && state !== NOT_LOADED) {
      return new ProcessStartError(
        `${this.#name} has left no result: the state of its launch is ${state}, which is impossible. Something in it has overwritten shared memory`,
      );
    }
    try {
      if (report !== undefined) return deserialize(report);
    } catch (cause) {
      return new ProcessStartError(`${this.#name} failed, and its error cannot be read here`, { cause });
    }
    return new ProcessStartError(
      `${this.#name} failed, and there was no shared memory left for its error: see its stderr`,
    );
  }
}
