import { objectOf, tellOfTakeOver } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';
import { WaitingLine } from './waiting-line.js';

// Words, from `index` on:
//   STATE  who has it, in one word, changed by compare-exchange only:
//            bits 0 to 7    0: free; else the number of the slot of the thread that has it, plus one
//            bits 8 to 29   how often the word has changed, so that a decision over an older state of the line cannot be written
//            bit 30, DIED   the one that had it before has died
//            bit 31, LINE   threads may be in the line: only its first one may take it
//   NEXT   the last ticket given out
//   line   see waiting-line.ts
//
// First come, first served: it is handed to the first in the line by the compare-exchange that takes it from the one that has it.
// So it is never free while a thread waits, and a newcomer has no chance to overtake. A thread waits from the moment
// its ticket is in its slot and LINE is set.
//
// Who decides whom to hand it to has read STATE first, and then the line. A thread that gives up takes its ticket out of the line and
// then changes STATE; if it finds that it was chosen before that, it hands it on. The same is done with the slot of a dead thread
// before it is used again. So no slot is chosen that has left the line, and the ticket that was read between is the chosen one's.
//
// Why no wake is lost. A waiter writes its ticket, and reads STATE second; if another has it, LINE is set before it sleeps, and it
// sleeps only while its ticket is in its slot. The releaser finds LINE in its compare-exchange and hands it on; or finds no thread in
// the line, sets it free with LINE still there, looks at the line once more, and then clears LINE. A waiter whose ticket came
// between has read STATE when it was free, and takes it by itself.
// A sleeper also waits for the life word of the one before it in the line, or that of the one that has it if it is the first: whether
// that one waits or has it makes no difference, so the end of each is noticed by exactly one. If a releaser dies before its wake,
// the one behind it ends the wait of the chosen one in its place. A waiter that gives up wakes the one behind it, which then
// waits for another life word.
const STATE = 0;
const NEXT = 1;
const LINE_WORD = 2;
const SLOT = 0xff;
const ROUND = 0x100;
const ROUNDS = 0x3fffff00;
const DIED = 0x40000000;
const LINE = 0x80000000 | 0;

/** Mutual exclusion in order of arrival, which can be taken over from a dead holder. */
export class FairMutex {
  static readonly WORDS = LINE_WORD + WaitingLine.WORDS;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #line: WaitingLine;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#line = new WaitingLine(words, index + LINE_WORD, thread, (slot) => this.#detach(slot));
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number): ObjectState {
    const slot = slotIn(peek(index + STATE, 1)[0]!);
    return { owners: slot === undefined ? [] : [WaitingLine.look(peek, index + LINE_WORD, slot)] };
  }

  /** Whether it was ever in use, read from outside. */
  static hasBeenUsed(peek: Peek, index: number): boolean {
    return WaitingLine.hasBeenUsed(peek, index + LINE_WORD);
  }

  /** Owner id of the holder, dead or alive; 0 if it is free. */
  get owner(): number {
    return this.#ownerIn(this.#state);
  }

  /** Takes it if it is free and no thread waits. Never waits. */
  tryLock(): boolean {
    return this.#tryTake((state) => slotIn(state) === undefined, 0);
  }

  /** Takes it from an owner that is dead, if no thread waits. Never waits. */
  tryTakeOver(): boolean {
    return this.#tryTake((state) => this.#isAbandoned(state), DIED);
  }

  /**
   * Takes it in its turn.
   *
   * @returns whether it was taken over from a dead owner: what it guards may be half-written
   * @throws {@link OutOfMemoryError} if too many threads wait.
   */
  *locking(): Coroutine<boolean> {
    if (this.tryLock()) return false;
    if (this.tryTakeOver()) return true;
    const slot = this.#line.take();
    const ticket = this.#newTicket();
    this.#line.join(slot, ticket);
    let isMine: boolean | undefined;
    try {
      for (let how: 'spin' | 'park' = 'spin'; ; how = 'park') {
        this.#serve();
        const state = this.#state;
        isMine = slotIn(state) === slot || !this.#line.isWaiting(slot, ticket);
        if (isMine) {
          this.#line.leave(slot, ticket);
          return slotIn(state) === slot && (state & DIED) !== 0;
        }
        yield this.#line.waiting(slot, ticket, this.#ownerBefore(ticket, state), how);
      }
    } finally {
      if (isMine !== true) this.#giveUp(slot, ticket);
    }
  }

  /** Releases it, whichever thread holds it, and hands it to the first that waits. Never waits. @returns false if it was free */
  unlock(): boolean {
    for (;;) {
      const seen = this.#state;
      const slot = slotIn(seen);
      if (slot === undefined) return false;
      const next = (seen & LINE) === 0 ? undefined : this.#line.first;
      const ticket = this.#line.ticket(slot); // if another thread releases it before its holder has noticed that it has it
      if (!this.#replace(seen, next === undefined ? seen & LINE : held(next.slot) | LINE)) continue;
      if (next !== undefined) this.#line.deliver(next);
      this.#line.deliver({ slot, ticket });
      this.#line.free(slot);
      if (next === undefined && (seen & LINE) !== 0) this.#serve();
      return true;
    }
  }

  #tryTake(isFree: (state: number) => boolean, died: number): boolean {
    for (;;) {
      const seen = this.#state;
      if (!isFree(seen)) return false;
      if ((seen & LINE) !== 0 && this.#line.first !== undefined) {
        this.#serve();
        return false;
      }
      const before = this.#ownerIn(seen);
      const slot = this.#line.take();
      if (this.#replace(seen, held(slot) | died | (seen & LINE))) {
        if (died !== 0) this.#tellOfTakeOver(before);
        return true;
      }
      this.#line.free(slot);
    }
  }

  /** Hands it to the first in the line if it is free or its holder has died; else says that there is a line. */
  #serve(): void {
    for (;;) {
      const seen = this.#state;
      const slot = slotIn(seen);
      const first = this.#line.first;
      if (slot !== undefined && !this.#line.isDead(slot)) {
        const ticket = this.#line.ticket(slot);
        if (ticket !== 0 && this.#state === seen) this.#line.deliver({ slot, ticket }); // for one that died before it could
        if (first === undefined || (seen & LINE) !== 0 || this.#replace(seen, seen | LINE)) return;
      } else if (first !== undefined) {
        const before = this.#ownerIn(seen);
        if (!this.#replace(seen, held(first.slot) | (slot === undefined ? 0 : DIED) | LINE)) continue;
        if (slot !== undefined) this.#tellOfTakeOver(before);
        this.#line.deliver(first);
        return;
      } else if (slot !== undefined || (seen & LINE) === 0 || this.#replace(seen, 0)) return;
    }
  }

  /** Leaves the line, or hands on what it was given meanwhile. */
  #giveUp(slot: number, ticket: number): void {
    if (!this.#line.leave(slot, ticket)) {
      if (slotIn(this.#state) === slot) this.unlock();
      return;
    }
    if (!this.#detach(slot)) {
      this.unlock();
      return;
    }
    this.#line.free(slot);
    const behind = this.#line.behind(ticket);
    if (behind !== undefined) this.#line.nudge(behind);
  }

  /** Sees to it that no thread that saw the slot in the line can choose it any more. @returns false if one has */
  #detach(slot: number): boolean {
    for (;;) {
      const seen = this.#state;
      if (slotIn(seen) === slot) return false;
      if (this.#replace(seen, seen)) return true;
    }
  }

  /** Whose end must wake a waiter: of the one before it, or of the one that has it. */
  #ownerBefore(ticket: number, state: number): number {
    const place = this.#line.before(ticket);
    return place === undefined ? this.#ownerIn(state) : this.#line.owner(place.slot);
  }

  #ownerIn(state: number): number {
    const slot = slotIn(state);
    return slot === undefined ? 0 : this.#line.owner(slot);
  }

  #tellOfTakeOver(owner: number): void {
    tellOfTakeOver(owner, this.#index + STATE, () => objectOf(this.#words, this.#index + STATE));
  }

  #isAbandoned(state: number): boolean {
    const slot = slotIn(state);
    return slot !== undefined && this.#line.isDead(slot);
  }

  #newTicket(): number {
    const ticket = (Atomics.add(this.#words, this.#index + NEXT, 1) + 1) | 0;
    return ticket === 0 ? this.#newTicket() : ticket;
  }

  get #state(): number {
    return Atomics.load(this.#words, this.#index + STATE);
  }

  /** Writes `wanted` with the next round, unless the word has changed. */
  #replace(seen: number, wanted: number): boolean {
    const next = (wanted & ~ROUNDS) | ((seen + ROUND) & ROUNDS);
    return Atomics.compareExchange(this.#words, this.#index + STATE, seen, next) === seen;
  }
}

/** The slot of the thread that has it; undefined if it is free. */
function slotIn(state: number): number | undefined {
  return (state & SLOT) === 0 ? undefined : (state & SLOT) - 1;
}

function held(slot: number): number {
  return slot + 1;
}
