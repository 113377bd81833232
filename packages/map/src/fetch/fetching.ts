import { clock, settleOnce, TimeoutError, WaitQueue, within } from '@multiprocess/shared-memory';
import type { ClosedError, Parker, Segment } from '@multiprocess/shared-memory';
import type { Reading } from '../access/reading.js';
import type { Writing } from '../access/writing.js';
import type { Store } from '../cache/store.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { LOADS } from '../table/statistics.js';
import { Leases } from './leases.js';
import type { Lease } from './leases.js';

/** How long a fetch may take. */
interface Limits {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Gives the value of a key that has none. */
type Load = () => unknown;

/** How to load a value, and how long to wait for it. */
interface Plan extends Limits {
  readonly load: Load;
  readonly ttl: number | undefined;
}

/** The fetches of one map in this thread. */
export class Fetching {
  readonly #open: () => Store;
  readonly #reading: Reading;
  readonly #writing: Writing;
  readonly #leases: Leases;
  readonly #parker: Parker;
  readonly #waiting = new Set<WaitQueue>();
  readonly #closing = new AbortController();

  /** @param open the entries, or what it throws once the map is closed */
  constructor(open: () => Store, reading: Reading, writing: Writing, segment: Segment) {
    this.#open = open;
    this.#reading = reading;
    this.#writing = writing;
    this.#leases = new Leases(segment, open());
    this.#parker = segment.thread.parker;
  }

  /** Finds the value, waits for it, or loads it. */
  async run(key: unknown, plan: Plan): Promise<unknown> {
    const recalled = this.#reading.recall(key);
    if (recalled !== undefined) return recalled.value;
    const deadline = clock.now() + plan.timeout;
    const kept = this.#writing.keep(key);
    let found = this.#reading.look(key, kept);
    while (found === undefined) {
      const left = { timeout: Math.max(0, deadline - clock.now()), signal: plan.signal };
      const lease = this.#leases.tryTake(kept);
      if (lease !== undefined) return this.#limited(this.#load(lease, plan), left, plan.timeout);
      if ((await this.#wait(kept, left)) === undefined) throw timedOut(plan.timeout);
      this.#open();
      found = this.#reading.find(key, kept);
    }
    return found.value;
  }

  /** Ends all of them: the object is being closed. */
  close(newError: () => ClosedError): void {
    this.#leases.giveBackAll();
    for (const queue of this.#waiting) queue.dismiss(newError);
    this.#closing.abort(newError());
  }

  async #load(lease: Lease, { load, ttl }: Plan): Promise<unknown> {
    try {
      this.#open().statistics.count(LOADS);
      const value = await this.#leases.run(lease, load);
      this.#writing.put(lease.key, value, ttl, this.#leases.expecting(lease));
      this.#leases.settle(lease);
      return value;
    } finally {
      this.#leases.giveBack(lease);
    }
  }

  async #wait(key: EncodedKey, { timeout, signal }: Limits): Promise<true | undefined> {
    // A queue of its own: callers that wait for other keys must not wait behind this one.
    const queue = new WaitQueue(this.#parker);
    this.#waiting.add(queue);
    try {
      return await queue.wait(() => this.#leases.waiting(key), timeout, signal);
    } finally {
      this.#waiting.delete(queue);
    }
  }

  /** The load goes on when its caller has given up, since others wait for it. */
  #limited(loading: Promise<unknown>, { timeout, signal }: Limits, asked: number): Promise<unknown> {
    return settleOnce<unknown>(
      { timeout, signal, holdsLoop: false, onTimeout: (wait) => wait.reject(timedOut(asked)) },
      (wait) => {
        const close = (): void => wait.reject(this.#closing.signal.reason);
        this.#closing.signal.addEventListener('abort', close);
        loading.then(wait.resolve, wait.reject);
        return () => this.#closing.signal.removeEventListener('abort', close);
      },
    );
  }
}

function timedOut(timeout: number): TimeoutError {
  return new TimeoutError(`The value was not there${within(timeout)}. Its load goes on`);
}
