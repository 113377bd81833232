import { bellName } from '../files/bell-name.js';
import { withDirectory } from '../files/directory.js';
import { native } from '../platform/platform.js';
import { atExit } from '../runtime/at-exit.js';
import type { BellPlace, Bells, Ear } from './bell.js';
import { eventBells } from './event-bell.js';
import { fifoBells } from './fifo-bell.js';
import { slotOf } from './registry-layout.js';
import type { Registry } from './registry.js';

// How a thread is woken while its event loop sleeps: a bell that the loop hears (a FIFO, or an event of Windows), one
// per slot, and the slot's BELL word.
//   AWAKE  the thread will look at its words before it sleeps: no need to ring. Set by the thread.
//   ARMED  the thread may be asleep: the ringer that changes this to RUNG rings. Set by the thread.
//   RUNG   it is about to ring. Set by a ringer, by compare-exchange, so it rings once however many ring.
// Why no ring is lost: the thread sets its interest, then ARMED, then looks at its words. A ringer changes a word first,
// then looks at the interest, then at BELL. Atomics are sequentially consistent, so one of the two sees the other.
// If a ringer dies between RUNG and its ring, the thread finds the change by its own re-check (see watcher.ts).
const AWAKE = 0;
const ARMED = 1;
const RUNG = 2;

const bells: Bells = process.platform === 'win32' ? eventBells : fifoBells;

/** Where the bell of the thread with that owner id is. */
function bellPlace({ directory, id }: Registry, owner: number): BellPlace {
  return { directory, name: bellName(id, owner) };
}

/** The doorbell of this thread, which also rings those of other threads. */
export class Doorbell {
  readonly #registry: Registry;
  readonly #self: number;
  readonly #index: number;
  #ear: Ear | undefined;
  #refs = 0;
  #isRemoved = false;
  /** Bells of other threads by slot, opened at the first ring. A new thread in a slot has another. */
  readonly #others = new Map<number, { owner: number; bell: number }>();

  constructor(registry: Registry, self: number) {
    this.#registry = registry;
    this.#self = self;
    this.#index = registry.bellIndex(slotOf(self));
  }

  /** Calls `onRing` from the event loop whenever another thread has rung. Does nothing if it is listening already. */
  listen(onRing: () => void): void {
    if (this.#ear !== undefined) return;
    const place = bellPlace(this.#registry, this.#self);
    const what = `make ${place.name} in ${place.directory}, by which a waiting thread is woken`;
    const ear = withDirectory(what, () => bells.hear(place, onRing));
    this.#ear = ear;
    atExit(() => {
      this.#isRemoved = true;
      ear.remove();
    });
  }

  /** What native calls ring it by; undefined if it does not listen. */
  get number(): number | undefined {
    return this.#ear?.number;
  }

  /** Whether the program exits: its event loop is over, and with it every wait. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /**
   * Asks other threads to ring. Look at the words once more after this, and before you sleep.
   *
   * @returns whether it has been rung since it was last armed; the ringer may have died before it rang
   */
  arm(): boolean {
    return Atomics.exchange(this.#registry.words, this.#index, ARMED) === RUNG;
  }

  /** Tells other threads not to ring: this one will look before it sleeps. */
  disarm(): void {
    Atomics.store(this.#registry.words, this.#index, AWAKE);
  }

  /** Keeps the event loop alive until {@link unref} has been called as often. */
  ref(): void {
    if (this.#refs++ === 0) this.#ear?.ref();
  }

  /** Takes back one {@link ref}. */
  unref(): void {
    if (--this.#refs === 0) this.#ear?.unref();
  }

  /** Rings the thread in that slot if it may be asleep. Never blocks and never fails, also if the thread has ended. */
  ring(slot: number): void {
    const { words } = this.#registry;
    const index = this.#registry.bellIndex(slot);
    if (Atomics.load(words, index) !== ARMED) return;
    if (Atomics.compareExchange(words, index, ARMED, RUNG) !== ARMED) return;
    const bell = this.#open(slot);
    if (bell !== undefined) native().ring(bell);
  }

  #open(slot: number): number | undefined {
    const owner = this.#registry.ownerOf(slot);
    const known = this.#others.get(slot);
    if (known !== undefined) {
      if (known.owner === owner) return known.bell;
      this.#others.delete(slot);
      bells.close(known.bell);
    }
    try {
      const bell = bells.open(bellPlace(this.#registry, owner));
      this.#others.set(slot, { owner, bell });
      return bell;
    } catch {
      // The thread has ended; or no descriptor is free, and it finds the change by its re-check. The ringer's own work is
      // done, so it must not fail now.
      return undefined;
    }
  }
}
