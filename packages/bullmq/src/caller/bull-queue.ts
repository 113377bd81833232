import type { Socket } from 'node:net';
import type { RedisStore } from '@multiprocess/redis';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { bullPlace, newBullClient } from '../link/bull-client.js';
import type { RemoteTask } from './remote-task.js';

/** What BullMQ says of a job that nothing was heard of. */
export type Found =
  /** It waits, runs, or will be run. */
  | { readonly how: 'alive'; readonly isActive: boolean }
  /** It waits after so many deaths of agents. */
  | { readonly how: 'stalled'; readonly deaths: number }
  /** It has ended, or is not there. */
  | { readonly how: 'over'; readonly reason: string | undefined };

/** Never the reason for which BullMQ fails a job: how many deaths it survives is the caller's choice. */
const ANY_NUMBER = 1_000_000;

/** The queue of BullMQ, as a caller uses it. */
export class BullQueue {
  readonly queue: Queue;
  readonly #client: Redis;
  readonly #prefix: string;
  #isBusy = false;
  /** Calls of {@link counts} that wait for the server. */
  #counting = 0;
  /** The last one that was told whether it keeps the event loop alive. */
  #stream: Socket | undefined;
  #checker: Worker | undefined;

  constructor(store: RedisStore, name: string) {
    this.#client = newBullClient(store, Redis);
    this.#prefix = bullPlace(store, name).prefix;
    this.queue = new Queue(name, { connection: this.#client, prefix: this.#prefix });
    this.queue.on('error', () => undefined); // the store tells of a server that is gone, in its time
    this.#client.on('connect', () => this.#hold());
  }

  /** Whether its connection keeps the event loop alive, beside {@link counts}. */
  set isBusy(isBusy: boolean) {
    this.#isBusy = isBusy;
    this.#hold();
  }

  /** Removes a job that has not begun. @returns whether it is gone now, and will not be run */
  async remove({ job }: RemoteTask): Promise<boolean> {
    return (await this.queue.remove(job)) === 1;
  }

  /** How many jobs wait and run, of all callers, and how many agents there are. Keeps the event loop alive meanwhile. */
  async counts(): Promise<{ waiting: number; active: number; agents: number }> {
    this.#counting++;
    this.#hold();
    try {
      const [{ wait = 0, prioritized = 0, delayed = 0, active = 0 }, agents] = await Promise.all([
        this.queue.getJobCounts('wait', 'prioritized', 'delayed', 'active'),
        this.#agents(),
      ]);
      return { waiting: wait + prioritized + delayed, active, agents };
    } finally {
      this.#counting--;
      this.#hold();
    }
  }

  async find({ job }: RemoteTask): Promise<Found> {
    const state = await this.queue.getJobState(job);
    if (state === 'active') return { how: 'alive', isActive: true };
    const found = await this.queue.getJob(job);
    if (found === undefined || state === 'completed' || state === 'unknown') return { how: 'over', reason: undefined };
    if (state === 'failed') return { how: 'over', reason: found.failedReason };
    return found.stalledCounter > 0
      ? { how: 'stalled', deaths: found.stalledCounter }
      : { how: 'alive', isActive: false };
  }

  /**
   * Looks after the jobs of agents that have died, as each agent does, if there is none.
   *
   * @param interval ms between looks
   */
  async checkStalled(interval: number): Promise<void> {
    if (this.#checker !== undefined || (await this.#agents()) > 0) return;
    const checker = new Worker(this.queue.name, null, {
      connection: this.#client,
      prefix: this.#prefix,
      autorun: false,
      stalledInterval: interval,
      maxStalledCount: ANY_NUMBER,
    });
    checker.on('error', () => undefined); // it looks again
    this.#checker = checker;
    await checker.startStalledCheckTimer();
  }

  /** It need not look any more. */
  async stopChecking(): Promise<void> {
    const checker = this.#checker;
    this.#checker = undefined;
    await checker?.close(true).catch(() => undefined); // with the connection
  }

  async close(): Promise<void> {
    await this.stopChecking();
    this.#client.disconnect();
    await this.queue.close().catch(() => undefined); // it was about to ask something
  }

  async #agents(): Promise<number> {
    return this.queue.getWorkersCount();
  }

  #hold(): void {
    const { stream } = this.#client as { readonly stream?: Socket };
    if (stream === undefined) return;
    // A socket without a connection notes each of these calls until it has one, when this is called again.
    if (stream.pending && stream === this.#stream) return;
    this.#stream = stream;
    if (this.#isBusy || this.#counting > 0) stream.ref();
    else stream.unref();
  }
}
