import { clock } from '../base/clock.js';
import type { Doorbell } from './doorbell.js';
import { EndWatch } from './end-watch.js';
import { byteOffsetOf, mappingOf } from '../wait/mapped-words.js';
import type { WaitRequest, Watch } from '../wait/parker.js';
import { INTEREST_BITS, slotOf } from './registry-layout.js';
import type { Registry } from './registry.js';
import { SpinBudget } from '../wait/spin-budget.js';
import { MAX_AWAITED, WaitRecords } from './wait-records.js';

/**
 * How often a sleeping loop checks, without a ring, whether the owners that it waits for live: a thread that ends rings no
 * doorbell, and not everywhere does the kernel tell its end (see end-watch.ts). Rare enough that a thousand waits cost nothing.
 */
const RECHECK_MS = 100;
/** The words of waits without an owner are checked once in so many times: their wake can only be lost with a thread that dies. */
const LOOKS_PER_WORD = 10;
/** How often a wait checks its whole condition, which may have become true without a change of its word. */
const RESUME_MS = 1000;
/** How many waits do that each time, the oldest first, so that idling costs the same however many wait. */
const MAX_RESUMED = 10;

/** The waits of one thread's event loop on words of shared memory. */
export class Watcher {
  readonly #registry: Registry;
  readonly #slot: number;
  readonly #bell: Doorbell;
  readonly #linger: (request: WaitRequest) => void;
  readonly #budget = new SpinBudget();
  readonly #parked = new Set<ParkedWatch>();
  readonly #spinning = new Set<SpinningWatch>();
  /** How many waits have each hash, so that the shared bit falls with the last of them. */
  readonly #interest = new Uint16Array(INTEREST_BITS);
  readonly #records: WaitRecords;
  readonly #endWatch: EndWatch;
  /** The wait of each record. The oldest waits have records. */
  readonly #recorded: (ParkedWatch | undefined)[] = new Array<undefined>(MAX_AWAITED).fill(undefined);
  #recheck: NodeJS.Timeout | undefined;
  #rechecks = 0;
  #spinUntil = 0;
  #lookQueued = false;

  /** @param linger spins on a word for some microseconds, yielding the processor */
  constructor(registry: Registry, self: number, bell: Doorbell, linger: (request: WaitRequest) => void) {
    this.#registry = registry;
    this.#slot = slotOf(self);
    this.#bell = bell;
    this.#linger = linger;
    this.#records = WaitRecords.ofAwaited(registry, this.#slot);
    this.#endWatch = new EndWatch(registry, self, bell);
  }

  /** See {@link Parker.watch}. */
  watch(request: WaitRequest, wake: () => void): Watch | undefined {
    return request.kind === 'spin' ? this.#spin(request, wake) : this.#park(request, wake);
  }

  /** This thread itself has changed a word: its own waits need no doorbell. */
  poke(): void {
    if (this.#lookQueued || this.#parked.size === 0) return;
    this.#lookQueued = true;
    clock.queueMicrotask(() => {
      this.#lookQueued = false;
      // Node runs microtasks once more after the listeners of `exit`. What a wait ended by then rejects, nothing can handle.
      if (!this.#bell.isRemoved) this.#look();
    });
  }

  #spin(request: WaitRequest, wake: () => void): Watch | undefined {
    const micros = this.#budget.micros;
    if (micros === 0 || this.#isOver(request)) return undefined;
    const watch = new SpinningWatch(request, wake, this.#spinning);
    if (this.#spinning.size === 0) clock.setImmediate(this.#poll);
    this.#spinning.add(watch);
    this.#spinUntil = clock.now() + micros / 1000;
    return watch;
  }

  /** Looks once at every word that is spun on. All give up together, so that a thread has one poller. */
  readonly #poll = (): void => {
    const begin = clock.now();
    const late = begin > this.#spinUntil;
    for (const watch of this.#spinning) {
      const over = this.#isOver(watch.request);
      if (over) this.#budget.learn(0);
      if (over || late) {
        this.#spinning.delete(watch);
        watch.wake();
      }
    }
    const [first] = this.#spinning;
    if (first === undefined) return;
    // The thread that will change the word may be waiting for this processor.
    this.#linger(first.request);
    this.#budget.noteLook(clock.now() - begin);
    clock.setImmediate(this.#poll);
  };

  #park(request: WaitRequest, wake: () => void): Watch | undefined {
    this.#bell.listen(this.#onRing);
    const mapped = mappingOf(request.words);
    const hash = interestHash(mapped.seed, byteOffsetOf(mapped, request.words, request.index));
    const watch = new ParkedWatch(request, hash, wake, this.#bell, (gone) => this.#leave(gone));
    this.#enter(watch);
    this.#bell.arm();
    if (!this.#isOver(request)) return watch;
    watch.cancel();
    return undefined;
  }

  #enter(watch: ParkedWatch): void {
    this.#parked.add(watch);
    const waiting = (this.#interest[watch.hash] ?? 0) + 1;
    this.#interest[watch.hash] = waiting;
    if (waiting === 1) this.#registry.setInterest(this.#slot, watch.hash, true);
    this.#record(watch);
    this.#endWatch.enter(watch.request.owner);
    this.#recheck ??= clock.setInterval(this.#onRecheck, RECHECK_MS).unref();
  }

  #leave(watch: ParkedWatch): void {
    this.#parked.delete(watch);
    const waiting = (this.#interest[watch.hash] ?? 1) - 1;
    this.#interest[watch.hash] = waiting;
    if (waiting === 0) this.#registry.setInterest(this.#slot, watch.hash, false);
    this.#unrecord(watch);
    this.#endWatch.leave(watch.request.owner);
    if (this.#parked.size > 0) return;
    clock.clearInterval(this.#recheck);
    this.#recheck = undefined;
    this.#bell.disarm();
  }

  #record(watch: ParkedWatch): void {
    const free = this.#recorded.indexOf(undefined);
    if (free === -1) return;
    this.#recorded[free] = watch;
    const { words, index, owner } = watch.request;
    const mapped = mappingOf(words);
    this.#records.write(free, mapped.seed, byteOffsetOf(mapped, words, index), owner);
  }

  #unrecord(watch: ParkedWatch): void {
    const own = this.#recorded.indexOf(watch);
    if (own === -1) return;
    this.#recorded[own] = undefined;
    this.#records.clear(own);
    if (this.#parked.size < MAX_AWAITED) return;
    // The set is in order of age and the oldest have records, so this looks at few.
    for (const next of this.#parked) {
      if (this.#recorded.includes(next)) continue;
      this.#record(next);
      return;
    }
  }

  readonly #onRing = (): void => {
    this.#bell.disarm();
    this.#look();
  };

  /**
   * Beside the words, this checks the whole condition of a wait now and then: a thread may have been killed after it made
   * the condition true and before it changed the word.
   */
  readonly #onRecheck = (): void => {
    const late = clock.now() - RESUME_MS;
    const turn = this.#rechecks++ % LOOKS_PER_WORD;
    const hasRung = this.#bell.arm();
    let left = MAX_RESUMED;
    for (const watch of this.#parked) {
      const isDue = hasRung || watch.request.owner !== 0 || watch.hash % LOOKS_PER_WORD === turn;
      if ((isDue && this.#isOver(watch.request)) || (watch.since <= late && left-- > 0)) this.#end(watch);
    }
  };

  /** Ends every wait that is over, and goes back to sleep on the others. */
  readonly #look = (): void => {
    this.#wakeAll();
    if (this.#parked.size === 0) return;
    this.#bell.arm();
    this.#wakeAll(); // a thread that changed a word before the bell was armed did not ring
  };

  #wakeAll(): void {
    for (const watch of this.#parked) {
      if (this.#isOver(watch.request)) this.#end(watch);
    }
  }

  #end(watch: ParkedWatch): void {
    this.#budget.learn(clock.now() - watch.since);
    watch.cancel();
    watch.wake();
  }

  #isOver(request: WaitRequest): boolean {
    if (Atomics.load(request.words, request.index) !== request.expected) return true;
    return request.owner !== 0 && this.#registry.isDead(request.owner);
  }
}

/** The place in an interest set of the word at that byte offset of that segment. */
export function interestHash(seed: number, byteOffset: number): number {
  return (Math.imul(seed ^ byteOffset, 0x9e3779b1) >>> 16) % INTEREST_BITS;
}

class SpinningWatch implements Watch {
  readonly request: WaitRequest;
  readonly wake: () => void;
  readonly #spinning: Set<SpinningWatch>;

  constructor(request: WaitRequest, wake: () => void, spinning: Set<SpinningWatch>) {
    this.request = request;
    this.wake = wake;
    this.#spinning = spinning;
  }

  cancel(): void {
    this.#spinning.delete(this);
  }

  // Spinning keeps the loop alive for some microseconds in any case.
  ref(): void {}
  unref(): void {}
}

class ParkedWatch implements Watch {
  readonly request: WaitRequest;
  readonly hash: number;
  readonly wake: () => void;
  readonly since = clock.now();
  readonly #bell: Doorbell;
  readonly #onLeave: (watch: ParkedWatch) => void;
  #state: 'ref' | 'unref' | 'over' = 'ref';

  constructor(
    request: WaitRequest,
    hash: number,
    wake: () => void,
    bell: Doorbell,
    onLeave: (watch: ParkedWatch) => void,
  ) {
    this.request = request;
    this.hash = hash;
    this.wake = wake;
    this.#bell = bell;
    this.#onLeave = onLeave;
    bell.ref();
  }

  cancel(): void {
    if (this.#state === 'over') return;
    this.unref();
    this.#state = 'over';
    this.#onLeave(this);
  }

  ref(): void {
    if (this.#state !== 'unref') return;
    this.#state = 'ref';
    this.#bell.ref();
  }

  unref(): void {
    if (this.#state !== 'ref') return;
    this.#state = 'unref';
    this.#bell.unref();
  }
}
