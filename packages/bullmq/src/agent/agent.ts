import { hostname } from 'node:os';
import { Latch } from '@multiprocess/process';
import { Pool } from '@multiprocess/pool';
import { connect, RedisStore } from '@multiprocess/redis';
import { checkSignal, checkString, checkTimeout, clock, describable, DESCRIBE } from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { bullPlace, newBullClient } from '../link/bull-client.js';
import { AgentClient } from './agent-client.js';
import { checkAgentOptions } from './agent-options.js';
import type { AgentOptions, CheckedAgentOptions } from './agent-options.js';
import { AgentCounts } from './agent-stats.js';
import type { AgentStats } from './agent-stats.js';
import { BullWorker } from './bull-worker.js';
import { Callers } from './callers.js';
import { JobRunner } from './job-runner.js';

/** Pauses of BullMQ's worker after an error of the server. */
const RETRY_MS = 500;
/** How many deaths a job survives is its caller's choice; BullMQ is not to fail it first. */
const ANY_NUMBER = 1_000_000;

/** How often an agent that ends looks whether the server is there. */
const LOOK_MS = 100;

/** What runs between the start and the end. */
interface Running {
  readonly store: RedisStore;
  /** Closes the store, if it was opened here. */
  readonly closeStore: () => Promise<void>;
  readonly client: AgentClient;
  readonly pool: Pool;
  readonly worker: BullWorker;
  readonly callers: Callers;
}

/**
 * Runs the jobs of a queue on this host, in the workers of a local `Pool`. It runs tasks that packages export, of the packages that are
 * installed here, and nothing else.
 *
 * It starts in the background, and keeps the event loop alive until it has ended. A server that goes away is waited for, and found again.
 *
 * @example
 * ```ts source="../bullmq.examples.ts#agent"
 * const agent = new Agent('redis://cache.example:6379/0', { queue: 'resize', processes: 8 });
 * await agent.ready();
 * process.once('SIGTERM', () => agent.close()); // finishes what it has
 * await agent.join();
 * ```
 */
export class Agent implements AsyncDisposable, Describable {
  readonly #options: CheckedAgentOptions;
  readonly #counts = new AgentCounts();
  readonly #givingBack = new AbortController();
  readonly #ended = new Latch();
  readonly #started: Promise<Running>;
  #running: Running | undefined;
  #ending: Promise<void> | undefined;

  /**
   * Starts; does not wait for the server.
   *
   * @param server its URL, as for `connect`, or a store, which is then not closed here
   * @throws {@link TypeError} if an argument is not of its type. @throws {@link RangeError} if a number is out of range.
   */
  constructor(server: string | RedisStore, options: AgentOptions) {
    this.#options = checkAgentOptions(options);
    if (typeof server === 'string') checkString('server', server);
    else RedisStore.engineOf(server);
    this.#started = this.#start(server);
    this.#started.catch(() => undefined); // told by ready() and join()
  }

  static {
    describable(this.prototype);
  }

  /** Resolves when it takes jobs. @throws what `connect` throws, if the server cannot be used */
  async ready(): Promise<void> {
    const { worker } = await this.#started;
    await worker.waitUntilReady();
  }

  /** Counts of its jobs. */
  stats(): AgentStats {
    const { running, completed, failed, refused, givenBack } = this.#counts;
    return { running, completed, failed, refused, givenBack, replaced: this.#running?.pool.stats().replaced ?? 0 };
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { queue, processes } = this.#options;
    const state = this.#ended.isOpen ? 'ended' : this.#ending !== undefined ? 'closing' : 'open';
    return { queue, processes, state, ...this.stats() };
  }

  /**
   * Takes no more jobs, and ends when it has finished those that it has. If the server is away, it waits for it as long as `connect` lets
   * calls wait (`reconnectTimeout`); other agents then find these jobs, as after a death. Does not wait. Idempotent.
   */
  close(): void {
    this.#ending ??= this.#end();
    this.#ending.catch(() => undefined); // told by join()
  }

  /**
   * Gives back what it runs, kills the workers, and ends. Other agents begin these jobs again if their caller allows that
   * (`onWorkerDeath: 'retry'`); the others reject with a `WorkerDiedError`. A server that is away is not waited for. Does not wait. Idempotent.
   */
  terminate(): void {
    this.#givingBack.abort();
    this.#running?.pool.terminate();
    this.close();
  }

  /**
   * Waits until it has ended.
   *
   * @returns false after a timeout
   * @throws what `connect` throws, if it could not start; the signal's reason if it was aborted first
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options);
    const isOver = await this.#ended.wait(timeout, checkSignal(options));
    if (isOver) await this.#started;
    return isOver;
  }

  /** Finishes what it has, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }

  async #start(server: string | RedisStore): Promise<Running> {
    try {
      const store = typeof server === 'string' ? await connect(server, this.#options.connection) : server;
      this.#running = this.#run(store, typeof server === 'string' ? () => store.close() : () => Promise.resolve());
      return this.#running;
    } catch (error) {
      this.#ended.open();
      throw error;
    }
  }

  #run(store: RedisStore, closeStore: () => Promise<void>): Running {
    const { queue, processes, directory, maxTasksPerChild, grace, lease, onError } = this.#options;
    const pool = new Pool({ processes, maxTasksPerChild, grace });
    const callers = new Callers(store);
    const givingBack = this.#givingBack.signal;
    const client = newBullClient(store, AgentClient);
    const runner = new JobRunner({
      store,
      pool,
      callers,
      counts: this.#counts,
      directory,
      givingBack,
      post: (posting) => client.post(posting),
    });
    const { prefix } = bullPlace(store, queue);
    const worker = new BullWorker(
      queue,
      { begin: (job) => runner.begin(job), run: (job, token = '') => runner.run(job, token) },
      {
        connection: client,
        prefix,
        name: `${hostname()}-${process.pid}`, // the server takes no spaces in it
        concurrency: processes,
        lockDuration: lease,
        stalledInterval: Math.ceil(lease / 2),
        maxStalledCount: ANY_NUMBER,
        runRetryDelay: RETRY_MS,
      },
    );
    worker.on('error', onError);
    return { store, closeStore, client, pool, worker, callers };
  }

  /** Its jobs cannot be finished, nor given back, while there is no server. */
  #waitsInVain(store: RedisStore): boolean {
    const contact = RedisStore.engineOf(store).contact();
    return contact === 'given up' || (contact === 'away' && this.#givingBack.signal.aborted);
  }

  async #end(): Promise<void> {
    try {
      const { store, closeStore, client, pool, worker, callers } = await this.#started;
      if (this.#givingBack.signal.aborted) pool.terminate();
      const looking = clock.setInterval(() => {
        if (!this.#waitsInVain(store)) return;
        clock.clearInterval(looking);
        client.giveUp();
      }, LOOK_MS);
      try {
        await worker.close(); // when its jobs have ended
      } finally {
        clock.clearInterval(looking);
      }
      callers.close();
      client.disconnect();
      pool.close();
      await pool.join();
      await closeStore();
    } finally {
      this.#ended.open();
    }
  }
}
