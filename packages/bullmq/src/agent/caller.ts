import { RedisJoinableQueue, RedisLock } from '@multiprocess/redis';
import type { Posting, RedisStore } from '@multiprocess/redis';
import { clock, ClosedError, HandleError, onAborted } from '@multiprocess/shared-memory';
import { formatReport, MAX_INLINE_BYTES } from '../wire/report.js';
import type { Body, NewReport, ReportItem, ShortBody } from '../wire/report.js';

/** Where a caller is found, as its jobs say. */
export interface CallerAddress {
  readonly results: string;
  readonly life: string;
}

/** A caller whose connection was cut takes its lock again within milliseconds, and one without a lock for so long is dead. */
const RETURN_MS = 1000;
/** After an error of the server. */
const RETRY_MS = 200;

/**
 * A caller, as an agent knows it while it has jobs of that caller.
 *
 * A caller holds a lock while it lives. The agent stands in line for it, and so is told by the server when the caller has died. Whether it only
 * comes back by another session shows a moment later: then it has the lock again.
 */
export class Caller {
  readonly #store: RedisStore;
  readonly #results: RedisJoinableQueue<ReportItem>;
  readonly #life: RedisLock;
  readonly #gone = new AbortController();
  readonly #left = new AbortController();
  /** Keeps one listener at {@link gone}, which each job would add and remove otherwise. */
  readonly #stopListening: () => void;

  /** @throws {@link HandleError} if it is not of this server, or the server has lost its data since. */
  constructor(store: RedisStore, { results, life }: CallerAddress) {
    this.#store = store;
    this.#results = RedisJoinableQueue.attach<ReportItem>(results);
    this.#life = RedisLock.attach(life);
    void this.#watch();
    this.#stopListening = onAborted(this.gone, () => undefined);
  }

  /** Aborts when the caller is dead, or has been terminated. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * Tells it what came of a job. Resolves when the server has that.
   *
   * @throws {@link HandleError} if the caller is gone.
   */
  async report(report: NewReport): Promise<void> {
    if (!('body' in report)) {
      await this.#results.put(formatReport(report));
      return;
    }
    const { body, release } = this.#packed(report.body);
    try {
      await this.#results.put(formatReport({ ...report, body }));
    } finally {
      release();
    }
  }

  /** The same, for a client of BullMQ to send. @returns undefined if it is not to be told so, but by {@link report} */
  posting(report: NewReport & { readonly body: Body | ShortBody }): Posting | undefined {
    return isLarge(report.body) ? undefined : this.#results.posting(formatReport(report));
  }

  /** The agent has no job of it any more. */
  leave(): void {
    this.#left.abort();
    this.#stopListening();
    this.#results.close();
    this.#life.close();
  }

  /** What is large lies at a key, which lives for a minute after this program has let go of it: the caller removes it when it has read it. */
  #packed(body: Body | ShortBody): { body: Body | ShortBody; release: () => void } {
    if (!isLarge(body)) return { body, release: () => undefined };
    const value = this.#store.value(body);
    return { body: value.handle, release: () => value.close() };
  }

  async #watch(): Promise<void> {
    const { signal } = this.#left;
    while (!signal.aborted) {
      try {
        await this.#pass({ signal });
        await clock.sleep(RETURN_MS);
        if (await this.#pass({ timeout: 0 })) {
          this.#gone.abort(new ClosedError('The caller is gone'));
          return;
        }
      } catch (error) {
        if (error instanceof HandleError) this.#gone.abort(error);
        if (error instanceof HandleError || error instanceof ClosedError) return;
        await clock.sleep(RETRY_MS); // the server is away: it says nothing about the caller
      }
    }
  }

  /** Takes the lock and passes it on. @returns whether it was free */
  async #pass(options: { readonly signal: AbortSignal } | { readonly timeout: 0 }): Promise<boolean> {
    if (!(await this.#life.acquire(options))) return false;
    await this.#life.release();
    return true;
  }
}

function isLarge(body: Body | ShortBody): body is Uint8Array {
  return typeof body === 'object' && 'byteLength' in body && body.byteLength > MAX_INLINE_BYTES;
}
