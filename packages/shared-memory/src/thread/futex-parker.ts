import { clock } from '../base/clock.js';
import type { Doorbell } from './doorbell.js';
import { byteOffsetOf, mappingOf } from '../wait/mapped-words.js';
import type { GroupParker, WaitRequest, Watch } from '../wait/parker.js';
import { native } from '../platform/platform.js';
import type { Native } from '../platform/platform.js';
import { slotOf } from './registry-layout.js';
import type { Registry } from './registry.js';
import { trimSlots } from './slot-claim.js';
import { WaitRecords } from './wait-records.js';
import { interestHash, Watcher } from './watcher.js';

/**
 * How long a thread spins on a word, yielding the processor between looks, before it sleeps. On a virtual machine, spinning
 * is two orders of magnitude faster than being woken. The time is the maximum after a short sleep, when the other side
 * needs little time for its turn (a batch of 64 objects takes 40 µs to make), and is halved after each long one.
 */
const MIN_SPIN_MICROS = 20;
const MAX_SPIN_MICROS = 100;
const SHORT_SLEEP_MS = 0.25;
/** How long an event loop that stays hot spins on a word at a time before it serves its other events. */
const LINGER_MICROS = 4;
/** The longest that a thread blocks without returning to JavaScript, where it notices `worker.terminate()` and dead owners. */
const SLICE_MS = 100;

/** Every wake looks at all slots up to the highest. Once in this many wakes, unused ones are dropped. */
const WAKES_PER_TRIM = 1024;

/** Parks on words of mapped segments: blocked threads sleep in a futex, event loops on their doorbell. */
export class FutexParker implements GroupParker {
  readonly #native: Native = native();
  readonly #registry: Registry;
  readonly #bell: Doorbell;
  readonly #slot: number;
  readonly #watcher: Watcher;
  readonly #blocked: WaitRecords;
  #spinMicros = MAX_SPIN_MICROS;
  #wakes = 0;

  constructor(registry: Registry, self: number, bell: Doorbell) {
    this.#registry = registry;
    this.#bell = bell;
    this.#slot = slotOf(self);
    this.#watcher = new Watcher(registry, self, bell, (request) => {
      this.#spin(request, LINGER_MICROS);
    });
    this.#blocked = WaitRecords.ofBlocked(registry, this.#slot);
  }

  pause(request: WaitRequest, timeout: number): void {
    if (request.kind === 'spin') {
      this.#spin(request, Math.min(this.#spinMicros, timeout * 1000));
      return;
    }
    const mapped = mappingOf(request.words);
    const offset = byteOffsetOf(mapped, request.words, request.index);
    this.#blocked.write(0, mapped.seed, offset, request.owner);
    const begin = clock.now();
    this.#park(mapped.segment, offset, request, Math.min(timeout, SLICE_MS));
    const isShort = clock.now() - begin < SHORT_SLEEP_MS;
    this.#spinMicros = isShort ? MAX_SPIN_MICROS : Math.max(MIN_SPIN_MICROS, this.#spinMicros / 2);
    this.#blocked.clear(0);
  }

  #spin({ words, index, expected }: WaitRequest, micros: number): void {
    const mapped = mappingOf(words);
    this.#native.spin(mapped.segment, byteOffsetOf(mapped, words, index), expected, micros);
  }

  #park(mapping: number, offset: number, request: WaitRequest, slice: number): void {
    if (request.owner === 0) {
      this.#native.park(mapping, offset, request.expected, 0, 0, 0, slice);
      return;
    }
    const { segment } = this.#registry;
    const slot = slotOf(request.owner);
    const life = this.#registry.lifeValue(slot);
    if (this.#registry.isDead(request.owner)) return; // only now: the life word must be read before
    const lifeByte = this.#registry.lifeWord(slot).byteOffset;
    this.#native.park(mapping, offset, request.expected, segment, lifeByte, life, slice);
  }

  pauseAny(requests: readonly WaitRequest[], timeout: number): void {
    const [only] = requests;
    if (requests.length === 1 && only !== undefined) {
      this.pause(only, timeout);
      return;
    }
    if (requests.some((request) => request.kind === 'spin')) return; // the next request can be slept on together with the others
    const words: number[] = [];
    const lives: number[] = [];
    const owners = new Set<number>();
    for (const { words: array, index, expected, owner } of requests) {
      const mapped = mappingOf(array);
      words.push(mapped.segment, byteOffsetOf(mapped, array, index), expected);
      if (owner !== 0) owners.add(owner);
    }
    for (const owner of owners) {
      const slot = slotOf(owner);
      const life = this.#registry.lifeValue(slot);
      if (this.#registry.isDead(owner)) return; // only now: the life word must be read before
      lives.push(this.#registry.segment, this.#registry.lifeWord(slot).byteOffset, life);
    }
    this.#native.parkAny(Float64Array.from(words), Float64Array.from(lives), Math.min(timeout, SLICE_MS));
  }

  watch(request: WaitRequest, wake: () => void): Watch | undefined {
    return this.#watcher.watch(request, wake);
  }

  unpark(words: Int32Array, index: number, count: number): number {
    const mapped = mappingOf(words);
    const offset = byteOffsetOf(mapped, words, index);
    const woken = this.#native.unpark(mapped.segment, offset, count);
    const hash = interestHash(mapped.seed, offset);
    if (++this.#wakes % WAKES_PER_TRIM === 0) trimSlots(this.#registry);
    const slots = this.#registry.slots;
    for (let slot = 0; slot < slots; slot++) {
      if (!this.#registry.isInterested(slot, hash)) continue;
      if (slot === this.#slot) this.#watcher.poke();
      else this.#bell.ring(slot);
    }
    return woken;
  }
}
