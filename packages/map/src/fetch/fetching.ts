import { clock, settleOnce, TimeoutError, WaitQueue } from '@multiprocess/shared-memory';
import type { ClosedError, Parker } from '@multiprocess/shared-memory';
import type { EncodedKey } from '../codec/encoded-key.js';
import type { Lease, Leases } from './leases.js';

/** How long a fetch may take. */
interface Limits {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** What the map does for a fetch. */
export interface FetchSteps<V> {
  /** The value, if there is one. */
  look(): { readonly value: V } | undefined;
  /** Calls the loader, and stores what it gives. */
  load(lease: Lease): Promise<V>;
}

/** The fetches of one map in this thread. */
export class Fetching {
  readonly #leases: Leases;
  readonly #parker: Parker;
  readonly #waiting = new Set<WaitQueue>();
  readonly #closing = new AbortController();

  constructor(leases: Leases, parker: Parker) {
    this.#leases = leases;
    this.#parker = parker;
  }

  /** Finds the value, waits for it, or loads it. */
  async run<V>(key: EncodedKey, steps: FetchSteps<V>, limits: Limits): Promise<V> {
    const deadline = clock.now() + limits.timeout;
    for (;;) {
      const found = steps.look();
      if (found !== undefined) return found.value;
      const left = { timeout: Math.max(0, deadline - clock.now()), signal: limits.signal };
      const lease = this.#leases.tryTake(key);
      if (lease !== undefined) return this.#limited(steps.load(lease), left, limits.timeout);
      if ((await this.#wait(key, left)) === undefined) throw timedOut(limits.timeout);
    }
  }

  /** Ends all of them: the object is being closed. */
  close(newError: () => ClosedError): void {
    this.#leases.giveBackAll();
    for (const queue of this.#waiting) queue.dismiss(newError);
    this.#closing.abort(newError());
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
  #limited<V>(loading: Promise<V>, { timeout, signal }: Limits, asked: number): Promise<V> {
    return settleOnce<V>(
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
  return new TimeoutError(`The value was not there within ${timeout} ms. Its load goes on`);
}
