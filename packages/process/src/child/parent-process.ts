import {
  blockThread,
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  clock,
  describable,
  DESCRIBE,
  processStat,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { identity } from '../launch/identity.js';
import { Latch } from '../wait/latch.js';

/** How often to check whether the parent has ended: there is no event for it. */
const LOOK_EVERY_MS = 50;

/** The process that started this one, seen from here. */
export interface ParentProcess {
  readonly pid: number;
  /** Its name when it started this process. */
  readonly name: string;
  /** Always true in a child that is not `detached`, which does not outlive its parent. */
  isAlive(): boolean;
  /**
   * Waits until the parent has ended, and keeps the event loop alive meanwhile.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  join(options?: WaitOptions): Promise<boolean>;
  /** Like {@link join}, but blocks the thread, and with it the event loop. */
  joinSync(options?: BlockOptions): boolean;
}

class Parent implements ParentProcess, Describable {
  static {
    describable(this.prototype, () => 'ParentProcess');
  }

  readonly pid: number;
  readonly name: string;
  readonly #ended = new Latch((waiting) => {
    if (waiting) this.#timer = clock.setInterval(() => this.isAlive(), LOOK_EVERY_MS);
    else clock.clearInterval(this.#timer);
  });
  #timer: NodeJS.Timeout | undefined;
  #startedAt: string | undefined;

  constructor(pid: number, name: string) {
    this.pid = pid;
    this.name = name;
  }

  isAlive(): boolean {
    // A thread's parent is another thread of the same process, and ends its threads with it.
    const isThere = process.pid === this.pid || (process.ppid === this.pid && !this.#isGone());
    if (!isThere && !this.#ended.isOpen) this.#ended.open();
    return !this.#ended.isOpen;
  }

  /** Elsewhere another process becomes the parent of an orphan. Windows goes on telling the old number, which may be another's by now. */
  #isGone(): boolean {
    if (process.platform !== 'win32') return false;
    const startedAt = processStat(this.pid)?.startedAt;
    this.#startedAt ??= startedAt;
    return startedAt === undefined || startedAt !== this.#startedAt;
  }

  [DESCRIBE](): Description {
    return { name: this.name, pid: this.pid, state: this.isAlive() ? 'running' : 'ended' };
  }

  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    return !this.isAlive() || this.#ended.wait(timeout, signal);
  }

  joinSync(options?: BlockOptions): boolean {
    const timeout = checkBlockingTimeout(options);
    const deadline = clock.now() + timeout;
    for (let left = timeout; this.isAlive(); left = deadline - clock.now()) {
      if (left <= 0) return false;
      blockThread(Math.min(left, LOOK_EVERY_MS));
    }
    return true;
  }
}

// Created at the first call, then always the same object.
let parent: ParentProcess | undefined;

/** The process that started this one; undefined in the main process. See the example of {@link activeChildren}. */
export function parentProcess(): ParentProcess | undefined {
  const known = identity().parent;
  return known === undefined ? undefined : (parent ??= new Parent(known.pid, known.name));
}
