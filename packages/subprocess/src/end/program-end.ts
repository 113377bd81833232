import type { ChildProcess } from 'node:child_process';
import { childStatus, clock } from '@multiprocess/shared-memory';
import { signalStatus } from './signal-status.js';

/** How a program has ended: asked of the kernel, or told by Node, whichever comes first. */
export class ProgramEnd {
  /** When Node has told. */
  readonly told: Promise<void>;
  readonly #pid: number;
  #returncode: number | null = null;

  constructor(child: ChildProcess, pid: number, onExit: () => void) {
    this.#pid = pid;
    this.told = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#returncode ??= signal === null ? code : signalStatus(signal);
        onExit();
        // libuv reaps all that have ended before it tells of the first: nobody is woken before all have been told of.
        clock.setImmediate(resolve);
      });
    });
  }

  /** The exit status, −N after signal N, null as long as nobody has seen the end. */
  get returncode(): number | null {
    return this.#returncode;
  }

  /** Looks for the end, blocking at most `timeout` ms. The status is read without reaping, which Node does later. */
  look(timeout: number): number | null {
    if (this.#returncode !== null) return this.#returncode;
    const status = childStatus(this.#pid, timeout);
    if (typeof status === 'number') this.#returncode = status;
    // Node has it, and tells within this turn of the event loop, which must not be kept from doing so.
    if (status === 'reaped' && timeout > 0)
      throw new Error(`Process ${this.#pid} has ended: await wait() for its status`);
    return this.#returncode;
  }

  /** Asks anew: the number of a process that has been reaped may be another's. */
  get isRunning(): boolean {
    return this.#returncode === null && childStatus(this.#pid, 0) === 'running';
  }

  /** The status, for who has awaited {@link told}. */
  get status(): number {
    if (this.#returncode === null) throw new Error(`Node told no status of process ${this.#pid}`);
    return this.#returncode;
  }
}
