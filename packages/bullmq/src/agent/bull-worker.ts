import { createRedisBackend, Worker } from 'bullmq';
import type { Job, Processor, WorkerOptions } from 'bullmq';
import type { BeforeEnd } from './fetching-backend.js';
import { FetchingBackend, MOST_SECONDS } from './fetching-backend.js';

/** A worker of BullMQ that gets its next job together with the news that there is one. */
export class BullWorker extends Worker<unknown, void, string, FetchingBackend> {
  constructor(queue: string, run: Processor<unknown, void>, options: WorkerOptions) {
    let tokens = 0;
    super(queue, run, { ...options, drainDelay: MOST_SECONDS }, (name, all, which) => {
      const newToken = (): string => `${this.id}:wait-${tokens++}`;
      return new FetchingBackend(createRedisBackend(name, all, which), name, all, newToken);
    });
  }

  /** Has something sent right before the job ends. */
  sendBeforeEnd(job: Job<unknown>, send: BeforeEnd): void {
    this.getBackend().noteBeforeEnd(job, send);
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<unknown, void>> {
    const fetched = this.getBackend().takeFetched();
    if (fetched === undefined) return super.moveToActive(token, name);
    if (fetched === 'none') return this.nextJobFromJobData();
    const job = await this.nextJobFromJobData(fetched.data, fetched.id, fetched.token);
    this.getBackend().noteBeginning(job);
    if (this.closing === undefined) return job;
    await job.moveToWait(fetched.token); // it takes no more
    return this.nextJobFromJobData();
  }
}
