import type { ChildProcess } from 'node:child_process';
import { clock } from '@multiprocess/shared-memory';
import { support } from '../platform/chosen-support.js';
import { signalStatus } from './signal-status.js';

/** How a program has ended: read from the kernel, where there is a native part, or reported by Node, whichever comes first. */
export class ProgramEnd {
  /** Resolves when Node has reported the end. */
  readonly told: Promise<void>;
  readonly #pid: number;
  readonly #support = support();
  #returncode: number | null = null;

  constructor(child: ChildProcess, pid: number, onExit: () => void) {
    this.#pid = pid;
    this.told = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#returncode ??= signal === null ? code : signalStatus(signal);
        onExit();
        // libuv reaps all ended children before it reports the first. Wake callers after all are reported.
        clock.setImmediate(resolve);
      });
    });
  }

  /** The exit status, −N after signal N; null until the end has been seen. */
  get returncode(): number | null {
    return this.#returncode;
  }

  /**
   * Waits for the end at most `timeout` ms. The status is read without reaping the child, which Node does later.
   *
   * @throws {@link UnsupportedPlatformError} without a native part, if it would have to block
   */
  look(timeout: number): number | null {
    if (this.#returncode !== null) return this.#returncode;
    const status = this.#support.childStatus(this.#pid, timeout);
    if (typeof status === 'number') this.#returncode = status;
    // Node has the status, and reports it within this turn of the event loop: do not block that.
    if (status === 'reaped' && timeout > 0)
      throw new Error(`Process ${this.#pid} has ended: await wait() for its status`);
    return this.#returncode;
  }

  /** Asks the system, where it can be asked: the number of a process that was reaped may belong to another one. */
  get isRunning(): boolean {
    return this.#returncode === null && this.#support.childStatus(this.#pid, 0) === 'running';
  }

  /** The status; only after {@link told}. */
  get status(): number {
    if (this.#returncode === null) throw new Error(`Node reported no status of process ${this.#pid}`);
    return this.#returncode;
  }
}
