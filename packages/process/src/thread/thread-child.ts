import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import {
  childEnvironment,
  clock,
  inheritedExecArgv,
  isError,
  isMisuse,
  ProcessStartError,
  programFile,
  systemReason,
} from '@multiprocess/shared-memory';
import { Child } from '../launch/child.js';
import type { Launch } from '../launch/launch.js';
import type { SpawnSettings } from '../launch/process-options.js';
import { refuseAbortingThread, refuseUnkeptLimits, refuseWithoutAddresses } from './refuse-thread.js';
import { textOfThrown } from '../launch/serialize-thrown.js';
import { ThreadBirth } from './thread-birth.js';
import { given, limitsIn, withFlags } from './thread-flags.js';
import type { ThreadStart } from '../launch/thread-message.js';
import { ThreadInput } from './thread-input.js';
import { ThreadPipes } from './thread-pipes.js';
import { threadStdio } from '../launch/thread-stdio.js';

// In dist/, where the programs lie beside the index: see REQUIRED in test/tools/bundle.mjs.
const THREAD_MAIN = {
  program: 'thread-main.cjs',
  of: '@multiprocess/process',
  beside() {
    return new URL('./thread-main.cjs', import.meta.url);
  },
};

/** How long a blocked parent sleeps at a time where nothing would wake it: while the thread starts, or waits for a reader. */
const LOOK_EVERY_MS = 20;

/** A worker thread of this process, which behaves like a process as far as a thread can. */
export class ThreadChild extends Child {
  readonly pid = process.pid;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #worker: Worker;
  readonly #launch: Launch;
  readonly #birth = new ThreadBirth();
  readonly #pipes: ThreadPipes | undefined;
  readonly #input: ThreadInput | undefined;
  /** The signal that ended it. Threads have no signals, so its end is reported as if this signal had killed it. */
  #signal: NodeJS.Signals | undefined;
  #error: Error | undefined;

  /** @throws {@link ProcessStartError} if there is no room for another thread. */
  constructor(name: string, launch: Launch, settings: SpawnSettings, holdsLoop: boolean, onEnd: () => void) {
    super(holdsLoop, onEnd);
    refuseAbortingThread(name);
    refuseWithoutAddresses(name);
    refuseUnkeptLimits(name, settings.resourceLimits);
    this.#launch = launch;
    const stdio = threadStdio(settings.stdio);
    if (stdio.out === 'pipe' || stdio.err === 'pipe') this.#pipes = new ThreadPipes();
    this.stdout = stdio.out === 'pipe' ? this.#pipes!.open(1) : null;
    this.stderr = stdio.err === 'pipe' ? this.#pipes!.open(2) : null;
    const pipe = this.#pipes?.theirs;
    if (stdio.in === 'pipe') this.#input = new ThreadInput();
    this.stdin = this.#input?.writable ?? null;
    const input = this.#input?.theirs;
    const env = childEnvironment(settings.env ?? process.env);
    const execArgv = settings.execArgv ?? inheritedExecArgv();
    const start: ThreadStart = {
      launch: launch.reference,
      token: this.#birth.token,
      stdout: stdio.out,
      stderr: stdio.err,
      stdin: input,
      pipe,
      execArgv,
      nodeOptions: env['NODE_OPTIONS'],
    };
    try {
      this.#worker = withFlags({ env, execArgv }, (accepted) => {
        return new Worker(programFile(THREAD_MAIN), {
          name,
          workerData: start,
          transferList: [start.token, input, pipe].filter((port) => port !== undefined),
          env: accepted.env,
          execArgv: [...accepted.execArgv],
          resourceLimits: { ...limitsIn(settings.execArgv ?? [], execArgv), ...given(settings.resourceLimits) },
          stdout: stdio.out !== 'inherit',
          stderr: stdio.err !== 'inherit',
        });
      });
    } catch (cause) {
      this.#birth.close();
      this.#pipes?.end();
      this.#input?.end();
      if (!isError(cause) || isMisuse(cause)) throw cause;
      throw new ProcessStartError(`${name} could not be started: ${systemReason(cause)}`, { cause });
    }
    // Output of preloaded modules. The thread's own output comes through the pipes.
    const { stdout, stderr } = this.#worker;
    if (stdio.out !== 'inherit') stdout.on('data', (bytes: Uint8Array) => this.#pipes?.add(1, bytes));
    if (stdio.err !== 'inherit') stderr.on('data', (bytes: Uint8Array) => this.#pipes?.add(2, bytes));
    this.#worker.on('error', (error) => {
      if (isError(error)) this.#error = error;
      // An error that it has not reported itself: of its start, or of its memory.
      if (stdio.err === 'inherit' && this.#signal === undefined && !launch.hasReport)
        process.stderr.write(`Process ${name}:\n${textOfThrown(error)}\n`);
    });
    this.#worker.once('exit', (code) => {
      this.#end(code);
      this.#pipes?.end();
    });
    this.updateRef();
  }

  override get failure(): Error | undefined {
    return this.#error;
  }

  look(): boolean {
    if (this.hasEnded) return true;
    this.#pipes?.drain();
    if (this.#launch.isTaken ? this.#launch.hasChildEnded : this.#birth.isOver) this.#end(1);
    return this.hasEnded;
  }

  waitSync(timeout: number): boolean {
    const deadline = clock.now() + timeout;
    for (let left = timeout; !this.look(); left = deadline - clock.now()) {
      if (left <= 0) return false;
      const isWatched = this.#launch.isTaken && this.#pipes === undefined;
      this.#launch.parker.pause(this.#launch.whileRunning, isWatched ? left : Math.min(left, LOOK_EVERY_MS));
    }
    return true;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.look()) return;
    this.#signal ??= signal;
    // A thread that has not taken its launch runs no code of the user, and has no life word that a blocked parent could watch.
    const isLost = this.#launch.lose();
    void this.#worker.terminate();
    if (isLost) this.#end(1);
  }

  /** Ends it at once: a thread cannot handle a signal. What it has started ends with it. */
  terminate(): void {
    this.signal('SIGTERM');
  }

  /** Does nothing: a thread does not wait for a reader. */
  abandonStreams(): void {}

  /** @param code the status from the event loop. The status that the thread noted itself has precedence. */
  #end(code: number): void {
    if (this.hasEnded) return;
    this.#pipes?.drain();
    this.#birth.close();
    this.#input?.end();
    const own = this.#launch.exitCode;
    // Node gives 0 to a thread that could not begin, for want of descriptors for example.
    const status = this.#error === undefined ? code : code || 1;
    this.noteEnd(own ?? (this.#signal === undefined ? status : -constants.signals[this.#signal]));
  }

  protected updateRef(): void {
    for (const one of [this.#worker, this.#pipes]) {
      if (this.holdsLoop) one?.ref();
      else one?.unref();
    }
  }
}
