import { EventCount } from '@multiprocess/shared-memory';
import type { ObjectState, Peek, Thread, Coroutine } from '@multiprocess/shared-memory';

// Words, from `index` on:
//   EVENTS      an eventcount: "there may be permits"
//   PERMIT …    one for each permit: 0 while it is free, else the owner id of the thread that took it
// A permit is taken, given back and taken over from a dead thread by one compare-exchange, so a crash leaves each of them
// with one living owner, free, or with a dead one, whose permit is as good as free.
//
// Why no wake is lost: a waiter announces itself in EVENTS, looks at every permit once more, and then sleeps; a release
// frees the permit first and looks at EVENTS second (see event-count.ts). As many are woken as permits were given
// back; a woken one that gives up instead passes the wake on. A sleeper waits for the life word of one of the owners at
// the same time, another one each time it has looked, and looks again every 100 ms (blocked) or every second (awaiting),
// so that the end of any owner is found, and the wake that a killed waiter had received.
const EVENTS = 0;
const FIRST = 1;
const FREE = 0;

/** The most permits there can be: each has a word, and a search for a free one may have to look at all. */
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

  /** What can be told of one from outside, if it has so many permits. */
  static look(peek: Peek, index: number, permits: number): ObjectState {
    const size = Math.min(Math.max(0, permits), MAX_OWNED_PERMITS);
    const owners = [...peek(index + FIRST, size)].filter((owner) => owner !== FREE);
    return { owners, state: `${size - owners.length} of ${size} free` };
  }

  /** Permits that can be taken: those that are free, and those of the dead. */
  get free(): number {
    let free = 0;
    for (let i = 0; i < this.#size; i++) {
      if (this.#isFree(Atomics.load(this.#words, this.#first + i))) free++;
    }
    return free;
  }

  /** Takes a permit if one is free, or its owner dead. Never waits. */
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
        const pause = this.#events.announce();
        taken = this.tryTake();
        if (taken) return true;
        slept = true;
        yield { ...pause, owner: this.#someOwner(looks) };
      }
    } finally {
      // The wake that this caller may have received belongs to a waiter that stays.
      if (slept && taken !== true && this.free > 0) this.#events.notify(1);
    }
  }

  /**
   * Gives permits back, this thread's own first, then other threads', and wakes as many waiters. Never waits.
   *
   * @returns false if fewer have been taken; nothing was changed then
   */
  giveBack(permits: number): boolean {
    const { self } = this.#thread;
    if (permits === 1 && this.#replace(this.#near, self, FREE)) {
      this.#events.notify(1);
      return true;
    }
    const owners: number[] = [];
    this.#freeSome(permits, owners, (owner) => owner === self);
    this.#freeSome(permits, owners, (owner) => !this.#thread.isDead(owner));
    this.#freeSome(permits, owners, () => true); // of dead threads: given back in their place
    if (owners.length === permits) this.#events.notify(permits);
    else this.#takeFor(owners);
    return owners.length === permits;
  }

  /** Frees permits of chosen owners, and notes those, until there are enough. */
  #freeSome(enough: number, owners: number[], isChosen: (owner: number) => boolean): void {
    for (let step = 0; step < this.#size && owners.length < enough; step++) {
      const i = this.#nearby(step);
      const owner = Atomics.load(this.#words, this.#first + i);
      if (owner === FREE || !isChosen(owner) || !this.#replace(i, owner, FREE)) continue;
      owners.push(owner);
      this.#near = i;
    }
  }

  /** Takes back what was freed though there was too little to free. What others have taken meanwhile stays theirs. */
  #takeFor(owners: readonly number[]): void {
    let i = 0;
    for (const owner of owners) while (i < this.#size && !this.#replace(i++, FREE, owner));
  }

  /** Owner of a permit, of another one with each look: where several hold permits, the end of each is waited for in turn. */
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
