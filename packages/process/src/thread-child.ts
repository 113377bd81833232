import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { ProcessStartError, systemReason } from '@multiprocess/shared-memory';
import { Child } from './child.js';
import { inheritedExecArgv } from './exec-arguments.js';
import type { Launch } from './launch.js';
import type { SpawnSettings } from './process-options.js';
import { threadStdio } from './thread-stdio.js';

const THREAD_MAIN = new URL('./thread-main.js', import.meta.url);

/** A worker thread of this process, which behaves like a process as far as a thread can. */
export class ThreadChild extends Child {
  readonly pid = process.pid;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #worker: Worker;
  readonly #launch: Launch;
  /** What it was told to end by. A thread knows no signals: it is as if that had killed it. */
  #signal: NodeJS.Signals | undefined;

  /** @throws {ProcessStartError} If there is no room for another thread. */
  constructor(name: string, launch: Launch, settings: SpawnSettings, holdsLoop: boolean, onEnd: () => void) {
    super(holdsLoop, onEnd);
    this.#launch = launch;
    const stdio = threadStdio(settings.stdio);
    try {
      this.#worker = new Worker(THREAD_MAIN, {
        name,
        workerData: launch.reference,
        env: settings.env ?? process.env,
        execArgv: [...(settings.execArgv ?? inheritedExecArgv())],
        stdin: stdio.in === 'pipe',
        stdout: stdio.out !== 'inherit',
        stderr: stdio.err !== 'inherit',
      });
    } catch (cause) {
      if (!(cause instanceof Error) || cause instanceof TypeError) throw cause;
      throw new ProcessStartError(`${name} could not be started: ${systemReason(cause)}`, { cause });
    }
    const { stdin, stdout, stderr } = this.#worker;
    this.stdin = stdin;
    this.stdout = stdio.out === 'pipe' ? stdout : null;
    this.stderr = stdio.err === 'pipe' ? stderr : null;
    if (stdio.out === 'ignore') stdout.resume();
    if (stdio.err === 'ignore') stderr.resume();
    this.#worker.on('error', () => undefined); // it has reported it, and ends with status 1
    this.#worker.once('exit', (code) => {
      this.#end(code);
    });
    this.hold();
  }

  look(): boolean {
    if (!this.hasEnded && this.#launch.hasChildEnded) this.#end(1);
    return this.hasEnded;
  }

  waitSync(timeout: number): boolean {
    const deadline = performance.now() + timeout;
    for (let left = timeout; !this.look(); left = deadline - performance.now()) {
      if (left <= 0) return false;
      this.#launch.parker.pause(this.#launch.whileRunning, left);
    }
    return true;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.look()) return;
    this.#signal ??= signal;
    void this.#worker.terminate();
  }

  /** At once: a thread has no way to hear of it, and what it has started ends with it. */
  terminate(): void {
    this.signal('SIGTERM');
  }

  /** They go through this thread's event loop, and end with the thread. */
  abandonStreams(): void {}

  /** @param code what the event loop was told; the thread's own last word counts more, since it says who ended it */
  #end(code: number): void {
    if (this.hasEnded) return;
    const own = this.#launch.exitCode;
    this.noteEnd(own ?? (this.#signal === undefined ? code : -constants.signals[this.#signal]));
  }

  protected hold(): void {
    if (this.holdsLoop) this.#worker.ref();
    else this.#worker.unref();
  }
}
