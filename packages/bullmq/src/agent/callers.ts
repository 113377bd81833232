import type { RedisStore } from '@multiprocess/redis';
import { clock } from '@multiprocess/shared-memory';
import { Caller } from './caller.js';
import type { CallerAddress } from './caller.js';

/** How long a caller is remembered after its last job: the next one is then told its result without a new beginning. */
const REMEMBERED_MS = 5000;

interface Entry {
  readonly caller: Caller;
  jobs: number;
  timer: NodeJS.Timeout | undefined;
}

/** The callers of the jobs that an agent has. */
export class Callers {
  readonly #store: RedisStore;
  readonly #entries = new Map<string, Entry>();

  constructor(store: RedisStore) {
    this.#store = store;
  }

  /** The caller of a job that begins. Each is to be given back by {@link leave}. @throws {@link HandleError} if it is not of this server. */
  enter(address: CallerAddress): Caller {
    const known = this.#entries.get(address.results);
    const entry = known ?? { caller: new Caller(this.#store, address), jobs: 0, timer: undefined };
    this.#entries.set(address.results, entry);
    clock.clearTimeout(entry.timer);
    entry.jobs++;
    return entry.caller;
  }

  /** The job has ended. */
  leave({ results }: CallerAddress): void {
    const entry = this.#entries.get(results);
    if (entry === undefined || --entry.jobs > 0) return;
    entry.timer = clock.setTimeout(() => this.#forget(results), REMEMBERED_MS).unref();
  }

  close(): void {
    for (const results of [...this.#entries.keys()]) this.#forget(results);
  }

  #forget(results: string): void {
    const entry = this.#entries.get(results);
    clock.clearTimeout(entry?.timer);
    this.#entries.delete(results);
    entry?.caller.leave();
  }
}
