import type { RedisStore, RedisValue } from '@multiprocess/redis';
import { clock } from '@multiprocess/shared-memory';
import type { Queue } from 'bullmq';
import { newJobData } from '../wire/job-data.js';
import { MAX_INLINE_BYTES } from '../wire/report.js';
import type { MailboxAddress } from './mailbox.js';
import type { RemoteTask } from './remote-task.js';

/** The most jobs of one command. */
const MAX_JOBS = 250;
/** The most bytes of arguments of one command, and one job more. */
const MAX_BYTES = 4 * 1024 * 1024;

type NewJob = Parameters<Queue['addBulk']>[0][number];

/** What jobs are added with. */
interface AdderPlan {
  readonly store: RedisStore;
  readonly queue: Queue;
  /** How many deaths a job survives. */
  readonly retries: number;
  /** How many ended jobs of each kind BullMQ keeps. */
  readonly keepJobs: number;
  readonly address: () => Promise<MailboxAddress>;
  /** The jobs could not be added: it is not known whether they have been. */
  readonly onFailure: (tasks: readonly RemoteTask[], error: unknown) => void;
}

/** Adds jobs to the queue of BullMQ, those of one run of the event loop together. */
export class JobAdder {
  readonly #plan: AdderPlan;
  #waiting: RemoteTask[] = [];
  #isAdding = false;

  constructor(plan: AdderPlan) {
    this.#plan = plan;
  }

  add(task: RemoteTask): void {
    this.#waiting.push(task);
    if (this.#isAdding) return;
    this.#isAdding = true;
    clock.nextTick(() => void this.#addAll());
  }

  /** Forgets what has not been added. @returns whether that is so */
  forget(task: RemoteTask): boolean {
    const at = this.#waiting.indexOf(task);
    if (at !== -1) this.#waiting.splice(at, 1);
    return at !== -1;
  }

  async #addAll(): Promise<void> {
    for (let tasks = this.#next(); tasks.length > 0; tasks = this.#next()) {
      try {
        const address = await this.#plan.address();
        await this.#addJobs(tasks.map((task) => this.#jobOf(task, address)));
        for (const task of tasks) task.isAdded = true;
      } catch (error) {
        this.#plan.onFailure(tasks, error);
      }
    }
    this.#isAdding = false;
  }

  async #addJobs(jobs: readonly NewJob[]): Promise<void> {
    const [first, ...others] = jobs;
    if (first === undefined) return;
    const { queue } = this.#plan;
    if (others.length > 0) await queue.addBulk([...jobs]);
    else await queue.add(first.name, first.data, first.opts); // which costs less than a bulk of one
  }

  #next(): RemoteTask[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((task, i) => {
      const isFull = i === MAX_JOBS || bytes > MAX_BYTES;
      bytes += task.plan.args.byteLength;
      return isFull;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  #jobOf(task: RemoteTask, address: MailboxAddress): NewJob {
    const { name, kind, args, timeout, onReport, stop } = task.plan;
    const { retries, keepJobs } = this.#plan;
    const data = newJobData({
      kind,
      ...address,
      ...this.#argsOf(task, args),
      ...(timeout !== Infinity && { timeout }),
      ...(onReport !== undefined && { reports: true }),
      ...(stop !== undefined && { stop }),
      retries,
    });
    // BullMQ is not to try again by itself: agents count deaths, and what a function throws is its result.
    const options = {
      jobId: task.job,
      attempts: 1,
      removeOnComplete: { count: keepJobs },
      removeOnFail: { count: keepJobs },
    };
    return { name, data, opts: options };
  }

  /** Large arguments lie at a key, which this caller removes when the task is settled, and which is gone a minute after its death. */
  #argsOf(task: RemoteTask, args: Buffer): { args: string } | { key: string } {
    task.removeArgs?.();
    task.removeArgs = undefined;
    if (args.byteLength <= MAX_INLINE_BYTES) return { args: args.toString('base64') };
    const value: RedisValue<Buffer> = this.#plan.store.value(args);
    task.removeArgs = () => {
      void value.unlink().then(
        () => value.close(),
        () => undefined, // the server is away: the key goes with the session
      );
    };
    return { key: value.handle };
  }
}
