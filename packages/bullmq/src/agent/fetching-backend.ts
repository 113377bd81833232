import type { Duplex } from 'node:stream';
import { clock } from '@multiprocess/shared-memory';
import { RedisQueueBackend } from 'bullmq';
import type { FinishedPropValAttribute, FinishedStatus, JobJson, KeepJobs, MinimalJob, QueueBaseOptions } from 'bullmq';
import type { Redis } from 'ioredis';

// An idle worker of BullMQ waits by BZPOPMIN until there is a job, and then asks for it. Here the question follows the wait at once, by the same connection.
// A server runs the commands of a connection in their order, so it runs the question as soon as the wait ends, and a job that is added
// is on its way to its agent without another round trip.
//
// What that changes:
// - A job may be given to an agent that dies at that moment, instead of staying where it is. Then it is one of a dead agent: its lock runs out.
// - The question carries the time at which it was sent, so such a job seems to have begun before it was added, until its end sets that right.

/** The most seconds of a wait, and so of what a question may be late. */
export const MAX_SECONDS = 1;
/** How long an answer is waited for after a wait that ended without a word, perhaps because the connection was cut. */
const LATE_MS = 1000;

/** What the server gives: a job and its id, or none; for how many ms, or until when, it gives none. */
type Answer = readonly [data?: JobJson | null, id?: string, limitedFor?: number, delayedUntil?: number];

/** A question that was asked behind a wait. */
interface Question {
  readonly token: string;
  /** undefined if the connection was given up. */
  readonly answer: Promise<Answer | undefined>;
}

/** A job that came with the end of a wait. */
export interface FetchedJob {
  readonly token: string;
  readonly data: JobJson;
  readonly id: string;
}

/** BullMQ's backend, for a worker that gets a job together with the news that there is one. */
export class FetchingBackend extends RedisQueueBackend {
  readonly #newToken: () => string;
  readonly #onFetched: (job: FetchedJob) => void;
  readonly #worker: string | undefined;
  /** The same queue by the connection that waits. */
  readonly #behindWait: RedisQueueBackend;
  /** When jobs that came with the end of a wait have begun. */
  readonly #beginnings = new WeakMap<object, number>();
  #waiterId: Promise<number | undefined> | undefined;
  #waiting: Promise<unknown> | undefined;
  #question: Question | undefined;
  #fetched: FetchedJob | 'none' | undefined;

  /**
   * @param plain as BullMQ makes it; its connections are this one's now
   * @param newToken makes what a job is locked with
   * @param onFetched told of a job at once, before the worker asks for it
   */
  constructor(
    plain: RedisQueueBackend,
    name: string,
    options: QueueBaseOptions & { readonly name?: string },
    newToken: () => string,
    onFetched: (job: FetchedJob) => void,
  ) {
    const { connection, blockingConnection, keys } = plain;
    const toKey = (type: string): string => plain.toKey(type);
    super(connection, name, keys, toKey, options, blockingConnection);
    plain.on('error', () => undefined); // told by this one
    this.#newToken = newToken;
    this.#onFetched = onFetched;
    this.#worker = options.name;
    this.#behindWait = new RedisQueueBackend(blockingConnection!, name, keys, toKey, options, undefined, false);
    void this.#noteId().catch(() => undefined); // closed before it was connected
  }

  override get maximumBlockTimeout(): number {
    return MAX_SECONDS;
  }

  /** Waits until there is a job or the time is over, and has a job taken then: see {@link takeFetched}. */
  override async waitForJob(seconds: number): ReturnType<RedisQueueBackend['waitForJob']> {
    const waiting = this.#wait(seconds);
    this.#waiting = waiting;
    try {
      return await waiting;
    } finally {
      this.#waiting = undefined;
    }
  }

  /** The job that came with the end of the last wait; 'none' if there was none; undefined if that is to be asked for. */
  takeFetched(): FetchedJob | 'none' | undefined {
    const fetched = this.#fetched;
    this.#fetched = undefined;
    return fetched;
  }

  /** A job that came with the end of a wait begins now, whatever the server was told. */
  noteBeginning(job: object): void {
    this.#beginnings.set(job, clock.sinceEpoch());
  }

  /** Ends the wait first, so that what the server has given by then is not lost. */
  override async disconnectBlocking(wait = true): Promise<void> {
    if (this.#waiting !== undefined) {
      await this.#unblock().catch(() => undefined); // then it ends by itself
      await this.#waiting.catch(() => undefined);
    }
    await super.disconnectBlocking(wait);
  }

  protected override moveToFinishedArgs<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    value: unknown,
    property: FinishedPropValAttribute,
    keep: boolean | number | KeepJobs | undefined,
    target: FinishedStatus,
    token: string,
    at: number,
    fetchNext?: boolean,
    fields?: Record<string, unknown>,
  ): (string | number | boolean | Buffer)[] {
    const begin = this.#beginnings.get(job);
    const all = begin === undefined ? fields : { ...fields, processedOn: begin };
    return super.moveToFinishedArgs(job, value, property, keep, target, token, at, fetchNext, all);
  }

  async #wait(seconds: number): ReturnType<RedisQueueBackend['waitForJob']> {
    cork((await this.blockingClient) as unknown as Redis);
    const waited = super.waitForJob(seconds);
    this.#question ??= this.#ask();
    const { token, answer } = this.#question;
    const marker = await waited;
    const answered = await (marker === null ? Promise.race([answer, late()]) : answer);
    if (answered === 'late') return null;
    this.#question = undefined;
    if (answered === undefined) return marker;
    const [data, id = '', limitedFor = 0, delayedUntil = 0] = answered;
    if (data !== null && data !== undefined) {
      this.#fetched = { token, data, id };
      this.#onFetched(this.#fetched);
      return { member: '0', score: 0 };
    }
    if (limitedFor === 0 && delayedUntil === 0) this.#fetched = 'none';
    return marker;
  }

  #ask(): Question {
    const token = this.#newToken();
    const answer = this.#behindWait.moveToActive(token, this.#worker) as Promise<unknown>;
    return {
      token,
      answer: answer.then(
        (given) => given as Answer,
        () => undefined,
      ),
    };
  }

  /** What the connection that waits is called in the server, which is another name for each connection. */
  async #noteId(): Promise<void> {
    const client = (await this.blockingClient) as unknown as Redis;
    const ask = (): void => {
      this.#waiterId = client.client('ID').catch(() => undefined);
    };
    ask();
    client.on('ready', ask);
  }

  async #unblock(): Promise<void> {
    const id = await this.#waiterId;
    if (id !== undefined) await ((await this.client) as unknown as Redis).client('UNBLOCK', id);
  }
}

/** Lets the commands that are sent now go to the server in one packet. */
function cork(client: Redis): void {
  const { stream } = client as { readonly stream?: Duplex };
  stream?.cork();
  if (stream !== undefined) clock.nextTick(() => stream.uncork());
}

function late(): Promise<'late'> {
  return clock.sleep(LATE_MS).then(() => 'late');
}
