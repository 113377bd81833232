import { EventCount, OwnerMutex, spin } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';
import { ABORTED, CAN_ACT, DIED, isUndecided, NO_ACTOR, PASSED, RESET, WAITING, whyBroken } from './party-state.js';
import { PartySlots } from './party-slots.js';

// Words, from `index` on:
//   MUTEX    an owner mutex, held for some instructions. All words below are written under it, except to free a slot
//   EVENTS   an eventcount: "the state of a slot, or PHASE, has changed"
//   PHASE    OPEN: parties arrive. ACTING: all have arrived, and the action runs. BROKEN | state << 8: broken, and why.
//            ENDING | state << 8 | next phase << 16: the states of waiting parties are being written
//   ACTOR    while ACTING: the slot of the party that runs the action
//   FULL     1 if a party wants to arrive and finds no slot
//   slots    see party-slots.ts
//
// A party arrives by the store of OWNER, after STATE and PLACE. All waiting parties pass, or find the barrier broken, by the
// store of ENDING: the next holder of the mutex finishes what a dead one began, since writing the states twice does no harm.
// A slot is not used again before its party has read its state, so a party may sleep through any number of rounds.
//
// Parties that die: a slot whose owner died while it waited breaks the barrier when a thread looks next. A waiting party looks
// when the thread ends on whose life word it sleeps (another party's each time, or the actor's), and every 100 ms (blocked)
// or every second (async). A slot whose owner died after its state was decided is free.
//
// Why no wake is lost: a waiter announces itself in EVENTS, looks at its slot once more, and then sleeps; a writer of states
// writes first, looks at EVENTS second (see event-count.ts), and wakes all. A party that finds no slot sets FULL, announces
// itself, looks at the slots once more, and then sleeps; a party that frees one frees it first and looks at FULL second.
const MUTEX = 0;
const EVENTS = 1;
const PHASE = 2;
const ACTOR = 3;
const FULL = 4;
const FIRST = 5;

const OPEN = 0;
const ACTING = 1;
const BROKEN = 2;
const ENDING = 3;

/** Whether there is an action, and whether this object can run it. */
export type ActionRole = 'none' | 'mine' | 'others';

/** The parties that have arrived at a barrier, and their states. */
export class PartyTable {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #parties: number;
  readonly #slots: PartySlots;
  readonly #mutex: OwnerMutex;
  readonly #events: EventCount;
  /** Slots of parties that arrived through this object. */
  readonly #own = new Set<number>();
  /** The slot whose action runs here. */
  #acting: number | undefined;
  #hasNews = false;

  constructor(words: Int32Array, index: number, parties: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#parties = parties;
    this.#slots = new PartySlots(words, index + FIRST, parties, thread);
    this.#mutex = new OwnerMutex(words, index + MUTEX, thread);
    this.#events = new EventCount(words, index + EVENTS, thread.parker);
  }

  /** Words that it takes. */
  static wordsFor(parties: number): number {
    return FIRST + PartySlots.wordsFor(parties);
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number, parties: number): ObjectState {
    const phase = peek(index + PHASE, 1)[0]!;
    if ((phase & 0xff) === BROKEN) return { state: `broken: ${whyBroken(stateIn(phase))}` };
    return { state: `${PartySlots.countArrived(peek, index + FIRST, parties)} of ${parties} there` };
  }

  /** How many have arrived and wait for the others. */
  get waiting(): number {
    return this.#phase === OPEN ? this.#slots.arrived().length : 0;
  }

  /** The state by which the barrier is broken; undefined if it is not. */
  get brokenBy(): number | undefined {
    const phase = this.#load(PHASE);
    if ((phase & 0xff) === BROKEN) return stateIn(phase);
    return this.#phase !== ENDING && this.#slots.hasDead ? DIED : undefined;
  }

  /**
   * Arrives; waits while the action of the last round runs.
   *
   * @returns the slot; or, if the barrier is broken, the state by which it is broken, negated
   */
  *arriving(role: ActionRole): Coroutine<number> {
    for (;;) {
      yield* this.#entering();
      if (this.#phase === BROKEN) return this.#leaving(-stateIn(this.#load(PHASE)));
      const slot = this.#phase === OPEN ? this.#slots.findFree() : undefined;
      if (slot !== undefined) {
        this.#arrive(slot, role);
        return this.#leaving(slot);
      }
      if (this.#phase === OPEN) this.#store(FULL, 1);
      const owner = this.#phase === ACTING ? this.#slots.owner(this.#actor) : 0;
      const request = this.#events.announce();
      // A slot is freed without the mutex: by a party that sees FULL and EVENTS, or before this looks once more. No other
      // party takes it meanwhile, since that needs the mutex.
      const isFree = this.#phase === OPEN && this.#slots.findFree() !== undefined;
      this.#leaving(undefined);
      if (!isFree) yield { ...request, owner };
    }
  }

  /** The state, if it is decided; `act` if this object must run the action, which is returned once. */
  outcome(slot: number): number | 'act' | undefined {
    const state = this.stateOf(slot);
    if (!isUndecided(state)) return state;
    if (this.#phase !== ACTING || this.#acting !== undefined) return undefined;
    const actor = this.#actor;
    if (!this.#own.has(actor)) return undefined;
    this.#acting = actor;
    return 'act';
  }

  /** Waits for the others. @returns what {@link outcome} says */
  *awaiting(slot: number): Coroutine<number | 'act'> {
    const state = this.stateOf(slot);
    const index = this.#slots.stateIndex(slot);
    if (isUndecided(state)) yield spin(this.#words, index, state);
    for (let looks = 0; ; looks++) {
      const request = this.#events.announce();
      const found = this.outcome(slot);
      if (found !== undefined) return found;
      if (looks > 0) {
        yield* this.#entering();
        this.#leaving(undefined);
        const afterwards = this.outcome(slot);
        if (afterwards !== undefined) return afterwards;
      }
      yield { ...request, owner: this.#otherOwner(slot, looks) };
    }
  }

  /** Ends the action: lets all parties go on, or breaks the barrier. */
  *acted(state: number): Coroutine<void> {
    yield* this.#entering();
    if (this.#phase === ACTING && this.#actor === this.#acting) this.#end(state, state === PASSED ? OPEN : BROKEN);
    this.#acting = undefined;
    this.#leaving(undefined);
  }

  /** Breaks the barrier, unless it is broken, or the state of the party in `slot` is decided. */
  *breaking(state: number, slot?: number): Coroutine<void> {
    yield* this.#entering();
    const isLate = slot !== undefined && !isUndecided(this.stateOf(slot));
    if (this.#phase !== BROKEN && !isLate) this.#end(state, BROKEN);
    this.#leaving(undefined);
  }

  /** Empties it. Waiting parties find it broken, later ones do not. */
  *resetting(): Coroutine<void> {
    yield* this.#entering();
    this.#end(RESET, OPEN);
    this.#leaving(undefined);
  }

  /** Withdraws a party whose state is not decided. Breaks the barrier if all have arrived already. */
  *withdrawing(slot: number): Coroutine<void> {
    yield* this.#entering();
    if (isUndecided(this.stateOf(slot))) {
      if (this.#phase === ACTING) this.#end(ABORTED, BROKEN);
      else this.#slots.decide(slot, ABORTED);
    }
    this.#leaving(undefined);
  }

  /** The state of the party in that slot. */
  stateOf(slot: number): number {
    return this.#slots.state(slot);
  }

  /** Frees the slot, after the state was read. Returns the party's place. */
  free(slot: number): number {
    const place = this.#slots.place(slot);
    this.#own.delete(slot);
    this.#slots.free(slot);
    if (this.#load(FULL) !== 0) {
      this.#store(FULL, 0);
      this.#events.notifyAll();
    }
    return place;
  }

  /** Whether a party of this object has that slot. */
  has(slot: number): boolean {
    return this.#own.has(slot);
  }

  /** Slots of this object. */
  get slots(): Iterable<number> {
    return [...this.#own];
  }

  *#entering(): Coroutine<void> {
    yield* this.#mutex.entering();
    if (this.#phase === ENDING) this.#decideAll();
    else if (this.#phase !== BROKEN && this.#slots.hasDead) this.#end(DIED, BROKEN);
  }

  #leaving<T>(result: T): T {
    this.#mutex.unlock();
    if (this.#hasNews) this.#events.notifyAll();
    this.#hasNews = false;
    return result;
  }

  #arrive(slot: number, role: ActionRole): void {
    this.#slots.take(slot, role === 'mine' ? CAN_ACT : WAITING);
    this.#own.add(slot);
    const arrived = this.#slots.arrived();
    if (arrived.length < this.#parties) return;
    if (role === 'none') return this.#end(PASSED, OPEN);
    const actor = role === 'mine' ? slot : arrived.find((other) => this.stateOf(other) === CAN_ACT);
    if (actor === undefined) return this.#end(NO_ACTOR, BROKEN);
    this.#store(ACTOR, actor);
    this.#store(PHASE, ACTING);
    this.#hasNews = true;
  }

  #end(state: number, next: number): void {
    this.#store(PHASE, ENDING | (state << 8) | (next << 16));
    this.#decideAll();
  }

  #decideAll(): void {
    const ending = this.#load(PHASE);
    const state = stateIn(ending);
    for (const slot of this.#slots.arrived()) this.#slots.decide(slot, state);
    this.#store(PHASE, ((ending >>> 16) & 0xff) === BROKEN ? BROKEN | (state << 8) : OPEN);
    this.#hasNews = true;
  }

  get #phase(): number {
    return this.#load(PHASE) & 0xff;
  }

  get #actor(): number {
    return this.#slots.clamp(this.#load(ACTOR));
  }

  /** The thread whose end must wake this party: the actor, or each waiting party in turn. */
  #otherOwner(slot: number, looks: number): number {
    if (this.#phase === ACTING) return this.#slots.owner(this.#actor);
    const others = this.#slots.arrived().filter((other) => other !== slot);
    return others.length === 0 ? 0 : this.#slots.owner(others[looks % others.length]!);
  }

  #load(offset: number): number {
    return Atomics.load(this.#words, this.#index + offset);
  }

  #store(offset: number, value: number): void {
    Atomics.store(this.#words, this.#index + offset, value);
  }
}

function stateIn(phase: number): number {
  return (phase >>> 8) & 0xff;
}
