import { EventCount } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';

// Words, from `index` on:
//   EVENTS      an eventcount: "there may be permits"
//   PERMIT …    one word for each permit: 0 while it is free, else the owner id of the thread that took it
// A permit is taken, released and taken over from a dead thread by one compare-exchange. So a crash leaves it free, or with one
// owner; a permit of a dead owner counts as free.
//
// Why no wake is lost: a waiter announces itself in EVENTS, looks at every permit once more, and then sleeps; a release
// frees the permit first and looks at EVENTS second (see event-count.ts). A release wakes as many waiters as it frees permits;
// a woken waiter that gives up passes the wake on. A sleeper also waits for the life word of one of the owners, another one
// after each look, and looks again every 100 ms (blocked) or every second (async). So it notices the end of any owner, and
// a wake that a killed waiter had received.
const EVENTS = 0;
const FIRST = 1;
const FREE = 0;

/** The largest number of permits: each has a word, and a search for a free one may have to look at all. */
export const MAX_OWNED_PERMITS = 2 ** 16;

/** Permits that know their owners. */
export class PermitTable {
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #size: number;
  readonly #thread: Thread;
  readonly #events: EventCount;
  /** Where this object took or freed a permit last: a good place to look first. */
  #near = 0;

  constructor(words: Int32Array, index: number, size: number, thread: Thread) {
    this.#words = words;
    this.#first = index + FIRST;
    this.#size = size;
    this.#thread = thread;
    this.#events = new EventCount(words, index + EVENTS, thread.parker);
  }

  /** Words that it takes. */
  static wordsFor(permits: number): number {
    return FIRST + permits;
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number, permits: number): ObjectState {
    const size = Math.min(Math.max(0, permits), MAX_OWNED_PERMITS);
    const owners = [...peek(index + FIRST, size)].filter((owner) => owner !== FREE);
    return { owners, state: `${size - owners.length} of ${size} free` };
  }

  /** How many permits can be taken: free ones, and those of dead threads. */
  get free(): number {
    let free = 0;
    for (let i = 0; i < this.#size; i++) {
      if (this.#isFree(Atomics.load(this.#words, this.#first + i))) free++;
    }
    return free;
  }

  /** Takes a permit that is free or has a dead owner. Never waits. */
  tryTake(): boolean {
    for (let step = 0; step < this.#size; step++) {
      const i = this.#nearby(step);
      const seen = Atomics.compareExchange(this.#words, this.#first + i, FREE, this.#thread.self);
      if (seen === FREE || (this.#thread.isDead(seen) && this.#replace(i, seen, this.#thread.self))) {
        this.#near = i;
        return true;
      }
    }
    return false;
  }

  /** Takes a permit, waiting until one is free or an owner has died. */
  *taking(): Coroutine<true> {
    let slept = false;
    let taken: boolean | undefined;
    try {
      for (let looks = 0; ; looks++) {
        const request = this.#events.announce();
        taken = this.tryTake();
        if (taken) return true;
        slept = true;
        yield { ...request, owner: this.#someOwner(looks) };
      }
    } finally {
      // This caller gives up, so a wake that it received must go to another waiter.
      if (slept && taken !== true && this.free > 0) this.#events.notify(1);
    }
  }

  /**
   * Gives permits back, this thread's own first, then those of other threads, and wakes as many waiters. Never waits.
   *
   * @returns false if fewer are taken; nothing was changed then, unless another thread released at the same moment: then some
   * were free for an instant
   */
  giveBack(permits: number): boolean {
    const { self } = this.#thread;
    if (permits === 1 && this.#replace(this.#near, self, FREE)) {
      this.#events.notify(1);
      return true;
    }
    if (this.#taken < permits) return false;
    const owners: number[] = [];
    this.#freeSome(permits, owners, (owner) => owner === self);
    this.#freeSome(permits, owners, (owner) => !this.#thread.isDead(owner));
    this.#freeSome(permits, owners, () => true); // of dead threads: given back in their place
    if (owners.length === permits) this.#events.notify(permits);
    else this.#takeFor(owners);
    return owners.length === permits;
  }

  /** How many permits have an owner, dead or alive. */
  get #taken(): number {
    let taken = 0;
    for (let i = 0; i < this.#size; i++) if (Atomics.load(this.#words, this.#first + i) !== FREE) taken++;
    return taken;
  }

  /** Frees permits of chosen owners, and notes the owners, until there are enough. */
  #freeSome(enough: number, owners: number[], isChosen: (owner: number) => boolean): void {
    for (let step = 0; step < this.#size && owners.length < enough; step++) {
      const i = this.#nearby(step);
      const owner = Atomics.load(this.#words, this.#first + i);
      if (owner === FREE || !isChosen(owner) || !this.#replace(i, owner, FREE)) continue;
      owners.push(owner);
      this.#near = i;
    }
  }

  /** Takes permits that were freed in vain back for their owners, except those that other threads have taken meanwhile. */
  #takeFor(owners: readonly number[]): void {
    let i = 0;
    for (const owner of owners) while (i < this.#size && !this.#replace(i++, FREE, owner));
  }

  /** The owner of a permit, of another one at each look, so that the end of each owner is noticed. */
  #someOwner(looks: number): number {
    return Atomics.load(this.#words, this.#first + (looks % Math.max(1, this.#size)));
  }

  #isFree(owner: number): boolean {
    return owner === FREE || this.#thread.isDead(owner);
  }

  #nearby(step: number): number {
    const i = this.#near + step;
    return i < this.#size ? i : i - this.#size;
  }

  #replace(i: number, seen: number, wanted: number): boolean {
    return Atomics.compareExchange(this.#words, this.#first + i, seen, wanted) === seen;
  }
}
