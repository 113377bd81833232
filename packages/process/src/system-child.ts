import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { childStatus, clock } from '@multiprocess/shared-memory';
import { Child } from './child.js';
import { STEP_MS, Termination } from './termination.js';
import type { TerminateOptions } from './termination.js';

/** The longest a thread blocks without returning to JavaScript, so that `worker.terminate()` and signals get through. */
const SLICE_MS = 100;

/** A process of the operating system. */
export class SystemChild extends Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  #termination: Termination | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(process: ChildProcess, pid: number, holdsLoop: boolean, onEnd: () => void) {
    super(holdsLoop, onEnd);
    this.#process = process;
    this.pid = pid;
    process.once('exit', (code, signal) => {
      this.noteEnd(signal === null ? code : -constants.signals[signal]);
    });
    this.hold();
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

  look(): boolean {
    return this.hasEnded || this.#see(0);
  }

  waitSync(timeout: number): boolean {
    const deadline = clock.now() + timeout;
    for (let left = timeout; !this.hasEnded; left = deadline - clock.now()) {
      this.#stepToEnd();
      const slice = this.#termination === undefined ? SLICE_MS : STEP_MS;
      if (this.#see(Math.max(0, Math.min(left, slice)))) break;
      if (left <= slice && clock.now() >= deadline) return false;
    }
    return true;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.look()) this.#process.kill(signal);
  }

  terminate(options: TerminateOptions): void {
    if (this.look()) return;
    this.#termination = new Termination(this, options);
    clock.clearInterval(this.#timer);
    this.#timer = clock
      .setInterval(() => {
        this.#stepToEnd();
      }, STEP_MS)
      .unref();
    this.#stepToEnd();
  }

  /** From the event loop, or from a thread that blocks. */
  #stepToEnd(): void {
    if (this.#termination?.step() !== true) return;
    this.#termination = undefined;
    clock.clearInterval(this.#timer);
  }

  /** Nobody reads what it writes any more, and one that waits for that would wait for ever. */
  abandonStreams(): void {
    for (const stream of this.#process.stdio) stream?.destroy();
  }

  /** Whether it has ended now; its status is read without reaping it, which libuv does later. */
  #see(timeout: number): boolean {
    const status = childStatus(this.pid, timeout);
    if (status === 'running') return false;
    // Reaped: the event loop has it already, and tells its status when it comes to that, which is within this turn.
    this.noteEnd(status === 'reaped' ? null : status);
    return true;
  }

  protected hold(): void {
    const { Socket } = process.getBuiltinModule('node:net'); // there already, now that a process has been started
    for (const handle of [this.#process, ...this.#process.stdio]) {
      if (handle !== this.#process && !(handle instanceof Socket)) continue;
      if (this.holdsLoop) handle.ref();
      else handle.unref();
    }
  }
}
