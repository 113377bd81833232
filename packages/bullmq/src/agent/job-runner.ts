import { hostname } from 'node:os';
import { types } from 'node:util';
import { TASK_NAME } from '@multiprocess/pool';
import type { NamedApplyOptions, Pool, ResultOptions } from '@multiprocess/pool';
import { inBrief } from '@multiprocess/process';
import { RedisEvent, RedisStore, RedisValue } from '@multiprocess/redis';
import type { Posting } from '@multiprocess/redis';
import { clock, ClosedError, HandleError, isError, onAborted, WorkerDiedError } from '@multiprocess/shared-memory';
import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';
import { InstalledModules } from '../names/installed-modules.js';
import { codecs } from '../wire/codec.js';
import { checkJobData } from '../wire/job-data.js';
import type { JobData } from '../wire/job-data.js';
import { runRequest } from '../worker/run-request.js';
import type { RunOutcome, RunRequest } from '../worker/run-request.js';
import type { Caller } from './caller.js';
import type { Callers } from './callers.js';
import type { AgentCounts } from './agent-stats.js';

/** How long a job that this agent does not have waits for another to take it. */
const REFUSED_MS = 250;

/** What a runner is made of. */
interface RunnerPlan {
  readonly store: RedisStore;
  readonly pool: Pool;
  readonly callers: Callers;
  readonly counts: AgentCounts;
  /** Where packages are looked for. */
  readonly directory: string;
  /** Aborts when jobs are to be given back. */
  readonly givingBack: AbortSignal;
  /** Sends a report by the connection that then ends the job. Resolves when the server has it. */
  readonly post: (posting: Posting) => Promise<void>;
}

/** A job that has begun. */
interface Begun {
  readonly job: Job<unknown>;
  readonly token: string;
  readonly data: JobData;
  readonly caller: Caller;
  /** Whether the caller has been told what came of it. */
  isTold: boolean;
}

/** Runs jobs in the workers of the local pool, and tells their callers what came of them, before BullMQ is told. */
export class JobRunner {
  readonly #plan: RunnerPlan;
  readonly #modules: InstalledModules;
  /** What becomes of jobs that were begun before BullMQ runs them. */
  readonly #begun = new WeakMap<Job<unknown>, Promise<void>>();

  constructor(plan: RunnerPlan) {
    this.#plan = plan;
    this.#modules = new InstalledModules(plan.directory);
  }

  /** Begins a job for which BullMQ will call {@link run} soon. */
  begin(job: Job<unknown>): void {
    const running = this.#start(job, job.token ?? '');
    running.catch(() => undefined); // told by run()
    this.#begun.set(job, running);
  }

  /** Runs a job of BullMQ. What it throws says what is to become of the job there. */
  run(job: Job<unknown>, token: string): Promise<void> {
    return this.#begun.get(job) ?? this.#start(job, token);
  }

  async #start(job: Job<unknown>, token: string): Promise<void> {
    const { callers, counts } = this.#plan;
    const data = orFail(() => checkJobData(job.data));
    const caller = this.#knownCaller(data) ?? (await this.#callerOf(data));
    counts.running++;
    try {
      await this.#run({ job, token, data, caller, isTold: false });
      counts.completed++;
    } catch (error) {
      if (error instanceof UnrecoverableError) counts.failed++;
      throw error;
    } finally {
      counts.running--;
      callers.leave(data);
    }
  }

  /** The caller of a job that begins; undefined if it is not in the server, as far as is known. */
  #knownCaller(data: JobData): Caller | undefined {
    try {
      return this.#plan.callers.enter(data);
    } catch (error) {
      if (error instanceof HandleError) return undefined;
      throw error;
    }
  }

  /** BullMQ's connection may have come back to a server without its data before the store's has: a reply to the store shows which it is. */
  async #callerOf(data: JobData): Promise<Caller> {
    const { callers, store } = this.#plan;
    using probe = store.event();
    await probe.isSet();
    return orFail(() => callers.enter(data));
  }

  async #run(begun: Begun): Promise<void> {
    const { job, data, caller } = begun;
    if (caller.gone.aborted) throw new UnrecoverableError('The caller is gone');
    if (job.stalledCounter > data.retries) {
      await this.#die(
        begun,
        `${deathsOf(job.stalledCounter)} died, or lost the server, while it was running ${job.name}`,
      );
    }
    const { name, found } = orFail(() => this.#modules.find(job.name));
    if ('missing' in found) {
      await this.#refuse(begun, `on ${hostname()}, ${found.missing}`);
      return;
    }
    const { serializer } = RedisStore.engineOf(this.#plan.store);
    const request = { module: found.module, export: name.export, kind: data.kind, serializer };
    const outcome = await this.#outcome(begun, request);
    await this.#tell(begun, outcome);
    const [how, , text] = outcome;
    if (how === 'error') throw new UnrecoverableError(text);
  }

  async #outcome(begun: Begun, request: RunRequest): Promise<RunOutcome> {
    const { job, data, caller } = begun;
    const { pool, givingBack } = this.#plan;
    const codec = codecs[request.serializer];
    const stop = data.stop === undefined ? undefined : new Stop(caller.gone, data.stop);
    const signal = stop?.signal ?? caller.gone;
    const options: NamedApplyOptions & ResultOptions<RunOutcome> = {
      [TASK_NAME]: job.name, // in the messages of errors
      signal,
      timeout: data.timeout,
      ...(data.reports === true && { onProgress: (body) => this.#pass(begun, body) }),
      callback: (outcome) => this.#postAtOnce(begun, outcome),
    };
    try {
      const args = data.key === undefined ? (data.args ?? '') : await largeArgs(data.key);
      for (let deaths = job.stalledCounter; ; deaths++) {
        try {
          return await pool.applyAsync(runRequest, [request, args], options);
        } catch (error) {
          if (givingBack.aborted && error instanceof ClosedError) return await this.#giveBack(begun);
          if (signal.aborted)
            throw new UnrecoverableError(caller.gone.aborted ? 'The caller is gone' : 'Aborted by the caller');
          if (error instanceof WorkerDiedError && deaths < data.retries) continue;
          return ['error', codec.encodeThrown(error), inBrief(error).message];
        }
      }
    } finally {
      stop?.end();
    }
  }

  /**
   * Tells the caller what came of its job as soon as that is there, by the connection that then ends the job: so the server has done the one before the other.
   * Without that if it has to wait for something.
   */
  #post(begun: Begun, outcome: RunOutcome): void {
    const { job, caller, data } = begun;
    if (data.reports === true) return; // by another connection it could overtake what the function has reported
    const report = reportOf(job, outcome);
    const posting = caller.posting(report);
    if (posting === undefined) return;
    begun.isTold = true;
    // If this fails, too, the caller finds that its job has ended without a report.
    this.#plan.post(posting).catch(() => caller.report(report).catch(() => undefined));
  }

  #postAtOnce(begun: Begun, outcome: RunOutcome): void {
    try {
      this.#post(begun, outcome);
    } catch {
      // It is tried again, where that can fail the job.
    }
  }

  /** Tells it in any case. */
  async #tell(begun: Begun, outcome: RunOutcome): Promise<void> {
    if (!begun.isTold) this.#post(begun, outcome);
    if (!begun.isTold) await begun.caller.report(reportOf(begun.job, outcome));
  }

  /** Passes on what the function reports. Without a word if that fails, for its result is what counts. */
  #pass({ job, caller }: Begun, body: unknown): void {
    if (!types.isUint8Array(body)) return;
    caller.report({ how: 'progress', job: String(job.id), body }).catch(() => undefined);
  }

  /** The caller gets an error, and so does BullMQ. */
  async #die({ job, caller }: Begun, text: string): Promise<never> {
    await caller.report({ how: 'died', job: String(job.id), text });
    throw new UnrecoverableError(text);
  }

  /** Another agent may have it. */
  async #refuse({ job, token, caller }: Begun, text: string): Promise<never> {
    this.#plan.counts.refused++;
    await caller.report({ how: 'refused', job: String(job.id), text });
    await job.moveToDelayed(clock.sinceEpoch() + REFUSED_MS, token);
    throw new DelayedError();
  }

  /** It was cut short. Another agent begins it again, if that is allowed. */
  async #giveBack(begun: Begun): Promise<never> {
    const { job, token, data } = begun;
    if (data.retries === 0)
      await this.#die(begun, `The agent on ${hostname()} was stopped while it was running ${job.name}`);
    this.#plan.counts.givenBack++;
    await job.moveToWait(token);
    throw new WaitingError();
  }
}

/** Aborts when the caller is gone, or sets the event of the call. */
class Stop {
  readonly #controller = new AbortController();
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;

  constructor(gone: AbortSignal, handle: string) {
    this.#stopListening = onAborted(gone, () => this.#controller.abort());
    void this.#listen(handle);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    this.#stopListening();
    this.#ended.abort();
  }

  async #listen(handle: string): Promise<void> {
    let event: RedisEvent | undefined;
    try {
      event = RedisEvent.attach(handle);
      if (await event.wait({ signal: this.#ended.signal })) this.#controller.abort();
    } catch {
      // It has ended; or the caller is gone, which is told by its lock.
    } finally {
      event?.close();
    }
  }
}

async function largeArgs(key: string): Promise<Uint8Array> {
  const value = RedisValue.attach<Uint8Array>(key);
  try {
    return await value.get();
  } catch (cause) {
    throw new UnrecoverableError(`The arguments are gone: ${isError(cause) ? cause.message : String(cause)}`);
  } finally {
    value.close();
  }
}

function reportOf({ id }: Job<unknown>, [how, body]: RunOutcome) {
  return { how, job: String(id), body: typeof body === 'string' ? { base64: body } : body };
}

function deathsOf(count: number): string {
  return count === 1 ? 'An agent' : `${count} agents`;
}

/** A job that cannot be understood stays in BullMQ, as a failed one that says why. */
function orFail<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new UnrecoverableError(isError(cause) ? cause.message : String(cause));
  }
}
