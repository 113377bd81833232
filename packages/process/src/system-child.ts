import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { childStatus } from '@multiprocess/shared-memory';
import { signalName } from './child.js';
import type { Child } from './child.js';
import { Latch } from './latch.js';
import { STEP_MS, Termination } from './termination.js';
import type { TerminateOptions } from './termination.js';

/** The longest a thread blocks without returning to JavaScript, so that `worker.terminate()` and signals get through. */
const SLICE_MS = 100;

/** A process of the operating system. */
export class SystemChild implements Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #ended = new Latch((waiting) => {
    this.#awaited = waiting;
    this.#hold();
  });
  readonly #onEnd: () => void;
  #exitCode: number | null = null;
  #termination: Termination | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;
  #awaited = false;
  #holdsWhileRunning: boolean;
  #holdsWhileAwaited = true;

  /** @param onEnd called once, from wherever it is found to have ended */
  constructor(process: ChildProcess, pid: number, holdsLoop: boolean, onEnd: () => void) {
    this.#process = process;
    this.pid = pid;
    this.#onEnd = onEnd;
    this.#holdsWhileRunning = holdsLoop;
    process.once('exit', (code, signal) => {
      this.#end(signal === null ? code : -constants.signals[signal]);
    });
    this.#hold();
  }

  get stdin(): Writable | null {
    return this.#process.stdin;
  }

  get stdout(): Readable | null {
    return this.#process.stdout;
  }

  get stderr(): Readable | null {
    return this.#process.stderr;
  }

  get exitCode(): number | null {
    this.look();
    return this.#exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    const code = this.exitCode;
    return code === null || code >= 0 ? null : signalName(-code);
  }

  get isWaitedFor(): boolean {
    return this.#holdsWhileRunning;
  }

  look(): boolean {
    return this.#hasEnded || this.#see(0);
  }

  waitSync(timeout: number): boolean {
    const deadline = performance.now() + timeout;
    for (let left = timeout; !this.#hasEnded; left = deadline - performance.now()) {
      this.#stepToEnd();
      const slice = this.#termination === undefined ? SLICE_MS : STEP_MS;
      if (this.#see(Math.max(0, Math.min(left, slice)))) break;
      if (left <= slice && performance.now() >= deadline) return false;
    }
    return true;
  }

  async wait(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.look() || this.#ended.wait(timeout, signal);
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.look()) this.#process.kill(signal);
  }

  terminate(options: TerminateOptions): void {
    if (this.look()) return;
    this.#termination = new Termination(this, options);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#stepToEnd();
    }, STEP_MS).unref();
    this.#stepToEnd();
  }

  /** From the event loop, or from a thread that blocks. */
  #stepToEnd(): void {
    if (this.#termination?.step() !== true) return;
    this.#termination = undefined;
    clearInterval(this.#timer);
  }

  /** Nobody reads what it writes any more, and one that waits for that would wait for ever. */
  abandonStreams(): void {
    for (const stream of this.#process.stdio) stream?.destroy();
  }

  ref(): void {
    this.#holdsWhileRunning = this.#holdsWhileAwaited = true;
    this.#hold();
  }

  unref(): void {
    this.#holdsWhileRunning = this.#holdsWhileAwaited = false;
    this.#hold();
  }

  /** Whether it has ended now; its status is read without reaping it, which libuv does later. */
  #see(timeout: number): boolean {
    const status = childStatus(this.pid, timeout);
    if (status === 'running') return false;
    // Reaped: the event loop has it already, and tells its status when it comes to that, which is within this turn.
    this.#end(status === 'reaped' ? null : status);
    return true;
  }

  #end(exitCode: number | null): void {
    this.#exitCode ??= exitCode;
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    // libuv reaps all children that have ended before it tells of the first. Whoever is woken in between could not get
    // the status of the others by looking, so nobody is woken before all have been told of.
    setImmediate(() => {
      this.#ended.open();
    });
  }

  #hold(): void {
    const { Socket } = process.getBuiltinModule('node:net'); // there already, now that a process has been started
    const holds = this.#awaited ? this.#holdsWhileAwaited : this.#holdsWhileRunning;
    for (const handle of [this.#process, ...this.#process.stdio]) {
      if (handle !== this.#process && !(handle instanceof Socket)) continue;
      if (holds) handle.ref();
      else handle.unref();
    }
  }
}
