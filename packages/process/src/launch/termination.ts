import { constants } from 'node:os';
import { clock, descendantsOf, ignoresSignal, processStat, runningProcesses } from '@multiprocess/shared-memory';
import type { ProcessStat } from '@multiprocess/shared-memory';

/** How to end a process. */
export interface TerminateOptions {
  /**
   * All that it has started, and what those have, is told to end before it: the youngest generation first, so that each
   * can clean up while what it belongs to is still there. Default: false, only itself.
   */
  readonly tree?: boolean | undefined;
  /** Milliseconds until what has not ended is killed. Default: never. */
  readonly grace?: number | undefined;
}

/** The process that is to end, after all its descendants. */
interface Root {
  readonly pid: number;
  /** Whether it has ended. */
  look(): boolean;
  signal(signal: NodeJS.Signals): void;
}

/** How often to check which processes have ended. */
export const STEP_MS = 20;

/** The end of a process, and maybe its descendants, step by step, from an event loop or a thread that blocks. */
export class Termination {
  readonly #root: Root;
  readonly #tree: boolean;
  readonly #deadline: number;
  /** Descendants that have been seen: what is left when the one between has gone is not found any more. */
  readonly #known = new Map<string, ProcessStat>();
  readonly #told = new Set<string>();
  #rootTold = false;

  constructor(root: Root, options: TerminateOptions) {
    this.#root = root;
    this.#tree = options.tree === true;
    this.#deadline = clock.now() + (options.grace ?? Infinity);
  }

  /** Sends the signals that are due. Returns whether nothing is left to do. */
  step(): boolean {
    const alive = this.#tree ? this.#alive() : [];
    if (alive.length === 0 && this.#root.look()) return true;
    if (clock.now() >= this.#deadline) {
      for (const one of alive) send(one.pid, 'SIGKILL');
      this.#root.signal('SIGKILL');
      return true;
    }
    // A process that ignores SIGTERM, such as a pool's worker, is ended by its parent, which is told next.
    const awaited = alive.filter(
      (one) => !this.#told.has(key(one)) || !ignoresSignal(one.pid, constants.signals.SIGTERM),
    );
    const parents = new Set(awaited.map(({ parent }) => parent));
    for (const one of awaited) {
      if (parents.has(one.pid) || this.#told.has(key(one))) continue;
      this.#told.add(key(one));
      send(one.pid, 'SIGTERM');
    }
    if (awaited.length > 0) return false;
    if (!this.#rootTold) this.#root.signal('SIGTERM');
    this.#rootTold = true;
    return this.#deadline === Infinity;
  }

  #alive(): ProcessStat[] {
    // Once it has ended, another process may have its number.
    if (!this.#root.look()) {
      for (const one of descendantsOf([this.#root.pid], runningProcesses())) this.#known.set(key(one), one);
    }
    return [...this.#known.values()].filter(isRunning);
  }
}

/** Whether it still runs: its number alone may be another's by now. */
function isRunning({ pid, startedAt }: ProcessStat): boolean {
  return processStat(pid)?.startedAt === startedAt;
}

function key({ pid, startedAt }: ProcessStat): string {
  return `${pid} ${startedAt}`;
}

/** Sends a signal, if it can be sent. Returns why not. */
export function send(pid: number, signal: NodeJS.Signals): NodeJS.ErrnoException | undefined {
  try {
    process.kill(pid, signal);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException; // it has ended meanwhile, or belongs to another user
  }
}
