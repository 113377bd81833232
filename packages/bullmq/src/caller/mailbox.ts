import { RedisJoinableQueue, RedisLock } from '@multiprocess/redis';
import type { RedisGuard, RedisStore } from '@multiprocess/redis';
import { clock, HandleError } from '@multiprocess/shared-memory';
import { parseReport } from '../wire/report.js';
import type { Report, ReportItem } from '../wire/report.js';

// Two objects of the store tell agents and caller of each other:
//   results  a joinable queue. Agents put reports, the caller takes them. One that was taken and not yet handled when the session of this caller is
//            given up comes back, and is taken again: none is lost, and tasks do not mind a second one.
//   life     a lock that the caller holds. Agents stand in line for it, and so learn of its death.
// Neither has a name, so both are gone a minute after the caller and all agents have let go of them.
//
// When the server takes this caller for dead, the lock is lost. Then the caller attaches to both again, by which its new session has them, and takes the
// lock again. If they are gone, the server has lost its data, or the caller was away for more than a minute: it begins with new ones,
// and what agents may still say to the old ones is lost.

/** Where agents find this caller. */
export interface MailboxAddress {
  readonly results: string;
  readonly life: string;
}

/** What a mailbox tells. */
export interface MailboxListener {
  /** @returns a promise if the report has not been handled yet */
  onReport(report: Report): Promise<void> | undefined;
  /** All reports that have not come will not come. */
  onLost(): void;
  /** The server is gone for too long, or the store is closed. The next call of `open` tries again. */
  onFailure(error: unknown): void;
}

interface Opened {
  readonly results: RedisJoinableQueue<ReportItem>;
  readonly life: RedisLock;
  readonly address: MailboxAddress;
}

/** The most reports that are taken at a time. */
const MOST = 256;
/** Reports that were handled are acknowledged when there are so many, or none is expected any more: that costs the server as much as a report. */
const MAX_UNTOLD = 32;

/** Receives the reports of agents, and shows them that this caller lives. */
export class Mailbox {
  readonly #store: RedisStore;
  readonly #listener: MailboxListener;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  /** By which later sessions have them, and former ones. */
  readonly #attached: (RedisJoinableQueue | RedisLock)[] = [];
  #guard: RedisGuard | undefined;
  #reading: AbortController | undefined;
  /** How many reports were handled and not acknowledged. */
  #untold = 0;
  #isClosed = false;

  constructor(store: RedisStore, listener: MailboxListener) {
    this.#store = store;
    this.#listener = listener;
  }

  /** Where agents find it. Opens it if need be. @throws {@link EngineConnectionError} if the server is gone for too long. */
  async open(): Promise<MailboxAddress> {
    this.#opening ??= this.#open();
    return (await this.#opening).address;
  }

  /** Reports are expected: takes them, which keeps the event loop alive. */
  expect(): void {
    if (this.#reading !== undefined || this.#isClosed) return;
    const reading = new AbortController();
    this.#reading = reading;
    void this.#read(reading.signal).catch((error: unknown) => {
      if (!reading.signal.aborted) this.#fail(error);
    });
  }

  /** None is expected: the program may end. */
  rest(): void {
    this.#stopReading();
  }

  /** Shows agents that this caller is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopReading();
    await this.#guard?.release().catch(() => undefined); // the session gives it back otherwise
    for (const one of [this.#opened?.results, this.#opened?.life, ...this.#attached]) one?.close();
  }

  async #open(): Promise<Opened> {
    const results = this.#store.joinableQueue<ReportItem>();
    const life = this.#store.lock();
    await results.size(); // so that the store is the one that the handles name
    return this.#take({ results, life, address: { results: results.handle, life: life.handle } });
  }

  /** Holds the lock, and waits for its loss. */
  async #take(opened: Opened): Promise<Opened> {
    const guard = await opened.life.hold();
    this.#opened = opened;
    this.#guard = guard;
    guard.signal.addEventListener('abort', () => this.#comeBack(opened), { once: true });
    if (guard.signal.aborted) this.#comeBack(opened);
    return opened;
  }

  #comeBack(before: Opened): void {
    if (this.#isClosed) return;
    this.#untold = 0; // they come again
    const again = this.#openAgain(before);
    this.#opening = again;
    again.catch((error: unknown) => {
      this.#fail(error);
    });
  }

  async #openAgain(before: Opened): Promise<Opened> {
    const { results, life } = before.address;
    try {
      const attached = [RedisJoinableQueue.attach(results), RedisLock.attach(life)] as const;
      this.#attached.push(...attached);
      await Promise.all([attached[0].size(), attached[1].locked()]);
      return await this.#take(before);
    } catch (error) {
      if (!(error instanceof HandleError)) throw error;
    }
    const wasReading = this.#reading !== undefined;
    this.#stopReading();
    this.#attached.push(before.results, before.life);
    const opened = await this.#open();
    if (wasReading) this.expect();
    this.#listener.onLost();
    return opened;
  }

  #stopReading(): void {
    this.#reading?.abort();
    this.#reading = undefined;
    this.#acknowledge();
  }

  #fail(error: unknown): void {
    this.#stopReading();
    this.#opening = undefined;
    this.#listener.onFailure(error);
  }

  async #read(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.open();
      const results = this.#opened!.results;
      const items = await results.getMany(MOST, { signal });
      const unhandled = items
        .map((item) => this.#listener.onReport(parseReport(item)))
        .filter((one) => one !== undefined);
      if (unhandled.length > 0) await Promise.all(unhandled);
      await turnOfLoop(); // who got these results may add the next job: that goes to the server before the question for more results
      if (results !== this.#opened!.results) continue;
      this.#untold += items.length;
      if (this.#untold >= MAX_UNTOLD) this.#acknowledge();
    }
  }

  /** Not awaited. If it is lost, they come again, and are of no interest. */
  #acknowledge(): void {
    const count = this.#untold;
    this.#untold = 0;
    if (count > 0) this.#opened?.results.tasksDone(count).catch(() => undefined);
  }
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    clock.setImmediate(resolve);
  });
}
