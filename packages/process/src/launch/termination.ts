import { constants } from 'node:os';
import { clock, descendantsOf, ignoresSignal, processStat, runningProcesses } from '@multiprocess/shared-memory';
import type { ProcessStat } from '@multiprocess/shared-memory';

/** How to end a process. */
export interface TerminateOptions {
  /**
   * Ends all its descendants before it: the youngest generation first, so that each can clean up while its parent is
   * still there. Default: false, only itself.
   */
  readonly tree?: boolean | undefined;
  /** Milliseconds until the processes that still run are killed. Default: never. */
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
  /** All descendants that have been seen. Once a process has ended, its children can no longer be found through it. */
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
    // A process that ignores SIGTERM, such as a pool's worker, is ended by its parent, which gets the signal next.
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
    // Once it has ended, its number may belong to another process.
    if (!this.#root.look()) {
      for (const one of descendantsOf([this.#root.pid], runningProcesses())) this.#known.set(key(one), one);
    }
    return [...this.#known.values()].filter(isRunning);
  }
}

/** Whether it still runs. The number alone does not tell: it may belong to another process by now. */
function isRunning({ pid, startedAt }: ProcessStat): boolean {
  return processStat(pid)?.startedAt === startedAt;
}

function key({ pid, startedAt }: ProcessStat): string {
  return `${pid} ${startedAt}`;
}

/** Sends a signal. Returns the error if that fails. */
export function send(pid: number, signal: NodeJS.Signals): NodeJS.ErrnoException | undefined {
  try {
    process.kill(pid, signal);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException; // it has ended meanwhile, or belongs to another user
  }
}
