import { clock } from '../base/clock.js';
import { native } from '../platform/platform.js';
import type { Doorbell } from './doorbell.js';
import { slotOf } from './registry-layout.js';
import type { Registry } from './registry.js';

/** How long waits last before their owners are watched: most are over sooner, and asking for it costs some microseconds. */
const PATIENCE_MS = 5;
/** How long an owner is watched after the last wait for it: one that is waited for now will often be waited for again. */
const LINGER_MS = 1000;

/**
 * The owners for which the event loop of this thread waits. A thread that the native part keeps for that sleeps on their life words and
 * rings the doorbell when one ends. Where there is no such thread, the loop's own look finds the end a little later.
 */
export class EndWatch {
  readonly #registry: Registry;
  readonly #bell: Doorbell;
  readonly #self: number;
  /** How many waits there are for each owner. */
  readonly #waits = new Map<number, number>();
  #watched = new Set<number>();
  #isDue = false;

  constructor(registry: Registry, self: number, bell: Doorbell) {
    this.#registry = registry;
    this.#self = self;
    this.#bell = bell;
  }

  /** A wait for that owner begins. */
  enter(owner: number): void {
    if (owner === 0 || owner === this.#self) return;
    this.#waits.set(owner, (this.#waits.get(owner) ?? 0) + 1);
    if (this.#isDue || this.#watched.has(owner)) return;
    this.#isDue = true;
    clock.setTimeout(this.#extend, PATIENCE_MS).unref();
  }

  /** A wait for that owner is over. */
  leave(owner: number): void {
    const waits = this.#waits.get(owner);
    if (waits === undefined) return;
    if (waits > 1) this.#waits.set(owner, waits - 1);
    else this.#waits.delete(owner);
  }

  /** Watches also those that are waited for now. Not fewer: each change costs a wake of the thread that watches. */
  readonly #extend = (): void => {
    this.#isDue = false;
    const owners = [...this.#waits.keys()];
    if (owners.every((owner) => this.#watched.has(owner))) return;
    const isFirst = this.#watched.size === 0;
    this.#watch(new Set([...this.#watched, ...owners]));
    if (isFirst) this.#trimLater();
  };

  #trimLater(): void {
    clock.setTimeout(this.#trim, LINGER_MS).unref();
  }

  /** Watches only those that are still waited for. */
  readonly #trim = (): void => {
    const owners = new Set(this.#waits.keys());
    if (owners.size < this.#watched.size) this.#watch(owners);
    if (this.#watched.size > 0) this.#trimLater();
  };

  #watch(owners: Set<number>): void {
    this.#watched = owners;
    const bell = this.#bell.number;
    if (bell === undefined) return;
    const { segment } = this.#registry;
    const lives = [...owners].flatMap((owner) => {
      const slot = slotOf(owner);
      const life = this.#registry.lifeValue(slot);
      // Only now: the life word must be read before. The look that has found it dead, or will, needs no ring.
      return this.#registry.isDead(owner) ? [] : [segment, this.#registry.lifeWord(slot).byteOffset, life];
    });
    native().watchEnds(bell, Float64Array.from(lives)); // what it cannot do, the loop's own look does
  }
}
