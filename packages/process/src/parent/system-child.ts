import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { childStatus, clock, SystemError } from '@multiprocess/shared-memory';
import { Child } from '../launch/child.js';
import type { Launch } from '../launch/launch.js';
import { send, STEP_MS, Termination } from '../launch/termination.js';
import type { TerminateOptions } from '../launch/termination.js';

/** The longest a thread blocks without returning to JavaScript, so that `worker.terminate()` and signals get through. */
const SLICE_MS = 100;
/** The exit code of a process of Windows that Node has ended. */
const BY_NODE = 1;
/** The event loop tells the status of a child that it has reaped. If it has not after so long, other code has reaped it. */
const STATUS_WITHIN_MS = 1000;

/** A process of the operating system. */
export class SystemChild extends Child {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #launch: Launch;
  #termination: Termination | undefined;
  /** The signal that has ended it on Windows, which tells of an exit code only. */
  #fatal: NodeJS.Signals | undefined;
  #timer: NodeJS.Timeout | undefined;
  #untilStatus: NodeJS.Timeout | undefined;

  constructor(
    name: string,
    launch: Launch,
    started: { readonly process: ChildProcess; readonly pid: number },
    holdsLoop: boolean,
    onEnd: () => void,
  ) {
    super(holdsLoop, onEnd);
    const { process: child, pid } = started;
    this.#name = name;
    this.#launch = launch;
    this.#process = child;
    this.pid = pid;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    child.once('exit', (code, signal) => {
      clock.clearTimeout(this.#untilStatus);
      this.noteEnd(signal === null ? this.#statusOf(code) : -constants.signals[signal]);
    });
    this.updateRef();
  }

  look(): boolean {
    return this.hasEnded || this.#see(0);
  }

  override lookInLoop(): boolean {
    if (this.hasEnded || childStatus(this.pid, 0) !== 'reaped') return this.look();
    this.#untilStatus ??= clock
      .setTimeout(() => {
        this.noteEnd(null);
      }, STATUS_WITHIN_MS)
      .unref();
    return false;
  }

  waitSync(timeout: number): boolean {
    const deadline = clock.now() + timeout;
    for (let left = timeout; !this.hasEnded; left = deadline - clock.now()) {
      this.#stepOn();
      const slice = this.#termination === undefined ? SLICE_MS : STEP_MS;
      if (this.#see(Math.max(0, Math.min(left, slice)))) break;
      if (left <= slice && clock.now() >= deadline) return false;
    }
    return true;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.look()) return;
    // The process id is its own until the event loop reaps it, which has not happened.
    const refused = send(this.pid, signal === 'SIGTERM' && this.#launch.isShielded ? 'SIGKILL' : signal);
    if (refused === undefined && process.platform === 'win32') this.#fatal ??= signal;
    if (refused?.code === 'EPERM') {
      throw new SystemError(
        `${this.#name} (process ${this.pid}) cannot be sent ${signal}: it runs as another user than this process, which has no right to it. ` +
          'End it before process.setuid(), or let it end by itself; it also ends when this process does',
        'EPERM',
        { cause: refused },
      );
    }
  }

  terminate(options: TerminateOptions): void {
    if (this.look()) return;
    this.#termination = new Termination(this, options);
    clock.clearInterval(this.#timer);
    this.#timer = clock
      .setInterval(() => {
        this.#stepOn();
      }, STEP_MS)
      .unref();
    this.#step();
  }

  /** The next step of an end that is under way. A signal that may not be sent is skipped. */
  #stepOn(): void {
    try {
      this.#step();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  #step(): void {
    let isDone: boolean | undefined = true;
    try {
      isDone = this.#termination?.step();
    } finally {
      if (isDone === true) {
        this.#termination = undefined;
        clock.clearInterval(this.#timer);
      }
    }
  }

  /** Closes its streams: a child that waits until its output is read would wait for ever. */
  abandonStreams(): void {
    for (const stream of this.#process.stdio) stream?.destroy();
  }

  /** Whether it has ended now. The status is read without reaping the child, which libuv does later. */
  #see(timeout: number): boolean {
    const status = childStatus(this.pid, timeout);
    if (status === 'running') return false;
    // Reaped: the event loop has the status already, and reports it when it gets its turn.
    this.noteEnd(status === 'reaped' ? null : this.#statusOf(status));
    return true;
  }

  /** Node ends a process of Windows with this code, whatever signal it is given. */
  #statusOf(code: number | null): number | null {
    return code === BY_NODE && this.#fatal !== undefined ? -constants.signals[this.#fatal] : code;
  }

  protected updateRef(): void {
    const { Socket } = process.getBuiltinModule('node:net'); // loaded already, since a process has been started
    for (const handle of [this.#process, ...this.#process.stdio]) {
      if (handle !== this.#process && !(handle instanceof Socket)) continue;
      if (this.holdsLoop) handle.ref();
      else handle.unref();
    }
  }
}
