import { clock } from '@multiprocess/shared-memory';
import type { BullQueue } from './bull-queue.js';
import type { RemoteTask } from './remote-task.js';

// What is not told by anything: a job that was lost with the last second of a server, or removed by an operator; an agent that died when there was no other.
// So as long as tasks are pending, BullMQ is asked after them from time to time.

/** What a watch tells. */
interface WatchListener {
  readonly tasks: () => Iterable<RemoteTask>;
  /** Agents have died while they ran it, and none has taken it since. */
  readonly onDied: (task: RemoteTask, deaths: number) => void;
  /** Its job has ended, or is gone, and no report came. */
  readonly onOver: (task: RemoteTask, reason: string | undefined) => void;
}

/** The most tasks of one look. */
const MOST = 500;
/** Reports come before the end of their jobs, but by another connection: after so many looks one is not on its way. */
const LOOKS = 2;

/** Looks after the jobs of pending tasks. */
export class Watch {
  readonly #bull: BullQueue;
  readonly #interval: number;
  readonly #listener: WatchListener;
  #timer: NodeJS.Timeout | undefined;
  /** How often it was started: a look that began before is of no interest. */
  #run = 0;

  /** @param interval ms between looks */
  constructor(bull: BullQueue, interval: number, listener: WatchListener) {
    this.#bull = bull;
    this.#interval = interval;
    this.#listener = listener;
  }

  start(): void {
    this.#next(++this.#run);
  }

  stop(): void {
    this.#run++;
    clock.clearTimeout(this.#timer);
    void this.#bull.stopChecking();
  }

  #next(run: number): void {
    if (run === this.#run) this.#timer = clock.setTimeout(() => void this.#look(run), this.#interval);
  }

  async #look(run: number): Promise<void> {
    try {
      const tasks = [...this.#listener.tasks()].filter(({ isAdded }) => isAdded).slice(0, MOST);
      const found = await Promise.all(
        tasks.map(async (task) => ({ task, job: task.job, found: await this.#bull.find(task) })),
      );
      if (run !== this.#run) return;
      for (const one of found) if (one.job === one.task.job) this.#note(one.task, one.found);
      if (found.some((one) => one.found.how === 'alive' && one.found.isActive))
        await this.#bull.checkStalled(this.#interval);
    } catch {
      // The server is away: the mailbox tells of that, in its time.
    }
    this.#next(run);
  }

  #note(task: RemoteTask, found: Awaited<ReturnType<BullQueue['find']>>): void {
    if (found.how !== 'over') task.looksWithoutReport = 0;
    else if (++task.looksWithoutReport >= LOOKS) this.#listener.onOver(task, found.reason);
    if (found.how === 'stalled') this.#listener.onDied(task, found.deaths);
  }
}
