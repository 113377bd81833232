import { createRedisBackend, Worker } from 'bullmq';
import type { Job, JobJson, Processor, WorkerOptions } from 'bullmq';
import { FetchingBackend, MAX_SECONDS } from './fetching-backend.js';
import type { FetchedJob } from './fetching-backend.js';

/** What runs the jobs of a {@link BullWorker}. */
interface JobRunning {
  /** A job that {@link run} will be called for is there. It may be begun already. */
  begin(job: Job<unknown, void>): void;
  readonly run: Processor<unknown, void>;
}

/** A worker of BullMQ that gets its next job together with the news that there is one. */
export class BullWorker extends Worker<unknown, void, string, FetchingBackend> {
  readonly #running: JobRunning;
  /** The job that came with the end of the last wait. */
  #fetched: Job<unknown, void> | undefined;
  /** The last one that was begun before BullMQ runs it. */
  #begun: Job<unknown, void> | undefined;

  constructor(queue: string, running: JobRunning, options: WorkerOptions) {
    let tokens = 0;
    super(queue, running.run, { ...options, drainDelay: MAX_SECONDS }, (name, all, which) => {
      const newToken = (): string => `${this.id}:wait-${tokens++}`;
      const plain = createRedisBackend(name, all, which);
      return new FetchingBackend(plain, name, all, newToken, (fetched) => this.#note(fetched));
    });
    this.#running = running;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<unknown, void>> {
    const fetched = this.getBackend().takeFetched();
    if (fetched === undefined) return super.moveToActive(token, name);
    if (fetched === 'none') return this.nextJobFromJobData();
    const job = await this.nextJobFromJobData(fetched.data, fetched.id, fetched.token);
    if (this.closing === undefined || this.#begun === job) return job;
    await job.moveToWait(fetched.token); // it takes no more
    return this.nextJobFromJobData();
  }

  protected override createJob(data: JobJson, id: string): Job<unknown, void> {
    const fetched = this.#fetched;
    this.#fetched = undefined;
    return fetched?.id === id ? fetched : super.createJob(data, id);
  }

  /** BullMQ takes some turns until it runs a job that it has got; in these the job is on its way to a worker. */
  #note({ data, id, token }: FetchedJob): void {
    const job = this.createJob(data, id);
    job.token = token;
    this.#fetched = job;
    this.getBackend().noteBeginning(job);
    // Of those with a key or a failure, which no pool adds, BullMQ may run none.
    if (this.closing !== undefined || data.repeatJobKey !== undefined || data.deferredFailure !== undefined) return;
    this.#begun = job;
    this.#running.begin(job);
  }
}
