import { AsyncLocalStorage } from 'node:async_hooks';
import { DeadlockError, park } from '@multiprocess/shared-memory';
import type { Coroutine, Segment } from '@multiprocess/shared-memory';
import type { EncodedKey } from '../codec/encoded-key.js';
import { LEASE } from '../codec/value-codec.js';
import type { Store } from '../cache/store.js';
import type { Expected } from '../table/entries.js';
import type { Reader } from '../table/reader.js';

// The right to load a key is an entry of type LEASE: it has the key, the owner id of the thread that loads, and which of its loads it
// is, and no value. A read finds nothing there. The value replaces it, if it is still there: a key that was set, deleted or
// cleared during its load keeps what it has then (the leases of memcached: R. Nishtala et al., "Scaling Memcache at Facebook",
// NSDI 2013). A load that fails removes it. When its thread has died, the lease is replaced by that of another thread.
//
// Why no wake is lost. A waiter announces itself at the BELL of the bucket, looks at the entry once more, and sleeps only while BELL
// is what it saw. Who replaces or removes a lease does so first, and rings second. A waiter also waits for the life word of the
// thread that loads. If a thread dies between its change and its ring, the waiters find the change by their re-check.

/** The loads that the code in this async context is part of. One a thread, since a load may fetch by another object. */
const loading = new AsyncLocalStorage<ReadonlySet<number>>();
const MAX_LOADS = 2 ** 31 - 1;

/** The right of this thread to load a key. */
export interface Lease {
  readonly key: EncodedKey;
  readonly load: number;
}

/** Whose turn it is to load a key. */
export class Leases {
  readonly #segment: Segment;
  readonly #store: Store;
  readonly #held = new Set<Lease>();

  constructor(segment: Segment, store: Store) {
    this.#segment = segment;
    this.#store = store;
  }

  /** Takes the right to load, if the key has no value and no living thread loads it. */
  tryTake(key: EncodedKey): Lease | undefined {
    const { self } = this.#segment.thread;
    const lease = { key, load: 1 + Math.floor(Math.random() * MAX_LOADS) };
    const value = { type: LEASE, byteLength: 0, content: self };
    const expected: Expected = { isMet: (found) => found === undefined || (!found.isLive && !this.#isLoading(found)) };
    if (!this.#store.put({ key, value, expires: 0, keepsExpiry: false, expected }, lease.load)) return undefined;
    this.#held.add(lease);
    return lease;
  }

  /** Runs a load, in a context in which waiting for it is found to be a deadlock. */
  run<R>({ load }: Lease, use: () => R): R {
    return loading.run(new Set(loading.getStore()).add(load), use);
  }

  /** What must be there for the value to be stored: the lease. */
  expecting({ load }: Lease): Expected {
    const { self } = this.#segment.thread;
    return {
      isMet: (found) => found?.type === LEASE && found.length === self && found.ticket === load,
    };
  }

  /** The value has been stored, or was not to be. */
  settle(lease: Lease): void {
    this.#held.delete(lease);
  }

  /** Gives the right back, so that another thread loads. */
  giveBack(lease: Lease): void {
    if (this.#held.delete(lease)) this.#store.entries.remove(lease.key, this.expecting(lease));
  }

  /** Gives all rights back: the object is being closed. */
  giveBackAll(): void {
    for (const lease of this.#held) this.giveBack(lease);
  }

  /**
   * Waits until no living thread loads the key.
   *
   * @throws {@link DeadlockError} if it is loaded by a load that the caller is part of.
   */
  *waiting(key: EncodedKey): Coroutine<true> {
    const { entries } = this.#store;
    const bell = entries.bell(entries.chains.bucketOf(key.hash));
    for (;;) {
      const { words, index, expected } = bell.announce();
      if (!entries.reader.find(key) || !this.#isLoading(entries.reader)) return true;
      this.#refuseDeadlock(entries.reader);
      yield park(words, index, expected, { owner: entries.reader.length });
    }
  }

  /** Whether a living thread loads the key. */
  #isLoading({ type, length }: Reader): boolean {
    return type === LEASE && !this.#segment.thread.isDead(length);
  }

  #refuseDeadlock({ length, ticket }: Reader): void {
    if (length === this.#segment.thread.self && loading.getStore()?.has(ticket) === true) {
      throw new DeadlockError(
        'The load of a key fetches the same key, and would wait for itself: call its loader instead',
      );
    }
  }
}
