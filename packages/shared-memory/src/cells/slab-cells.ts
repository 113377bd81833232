import type { Thread } from '../wait/thread.js';

// A slab: one segment for many small objects of one kind. Its words:
//   HOLDERS  63 owner ids, one entry for each thread that has cells of the slab. A thread takes an entry by a
//            compare-exchange from 0 or from a dead thread, and sets it to 0 when it has no cell of the slab left.
//            At first, entry 0 is that of the thread that made the slab.
//   HIGH     how many cells were ever given out; written by the thread that made the slab, before a cell's first object
//   cells    of 64, 128 or 256 bytes each, from word 64 on. A cell has four words, and then those of its object:
//     STATE   GENERATION << 2 | FREE, USED or CHECKING. GENERATION grows by one with each object that the cell gave up.
//     HELD    two words with a bit for each entry of HOLDERS, and OVERFLOW: set if a thread without an entry has the object
//     LENGTH  bytes of the object; written while the cell is FREE
//
// Only the thread that made the slab gives cells out and takes them back, so that needs no lock. When it has died, the
// others keep their cells, and no cell is used again. A thread sets and clears its own bit only. An object lives as long
// as a living thread has a bit in its cell; once OVERFLOW is set, as long as the slab.
//
// Each step becomes visible by one store. What a thread leaves that dies before, between or after the stores:
//   giving out   HELD, LENGTH and the object are written while the cell is FREE, when no attacher looks at them; the store
//                of USED makes it an object. Before: a free cell of a slab without a maker. After: an object whose one
//                holder is dead, which counts as free.
//   attaching    the bit first, then a look at STATE: it must be USED, in the generation of the handle. Before: nothing.
//                In between: a bit of a dead thread, which counts for nothing.
//   letting go   the bit is cleared. Before: a bit of a dead thread. The entry is cleared after the last bit.
//   taking back  USED -> CHECKING, a look at HELD, CHECKING -> FREE of the next generation. In between: a cell that says
//                CHECKING for ever, which attachers take for USED.
//   an entry     taken over from a dead thread: its bits are cleared, by the new owner, before it attaches. In between: the
//                bits seem to be a living thread's, which only keeps cells from being used again.
//
// Why no object is taken back while a thread attaches to it. An attacher that finds CHECKING puts USED back by
// compare-exchange, so that taking back fails. Where taking back succeeds, STATE was CHECKING from its first step to its
// last, so every attacher that succeeded had done so before, and had set its bit before that: the look at HELD found it.
// An attacher that comes later finds another generation, takes its bit away and fails, and the next object in the cell
// begins with HELD written anew. A stale handle would find its generation again after 2^30 objects.
const OVERFLOW_ENTRY = 63;
const HIGH = OVERFLOW_ENTRY;
const FIRST_CELL = HIGH + 1;
const STATE = 0;
const HELD = 1;
const LENGTH = 3;
const OBJECT = 4;

const FREE = 0;
const USED = 1;
const CHECKING = 2;
const STATE_BITS = 2;
const STATE_MASK = 3;

/** Bytes before the first cell. */
export const SLAB_TABLE_BYTES = FIRST_CELL * 4;
/** Bytes of a cell before its object. */
export const CELL_HEAD_BYTES = OBJECT * 4;
/** How many threads can have cells of a slab before their objects stay as long as the slab. */
export const SLAB_HOLDERS = OVERFLOW_ENTRY;

/** The cells of one slab, and the threads that have them. */
export class SlabCells {
  readonly #words: Int32Array;
  readonly #cellWords: number;
  readonly #thread: Pick<Thread, 'self' | 'isDead'>;
  /** How many cells there are. */
  readonly count: number;

  constructor(words: Int32Array, cellWords: number, thread: Pick<Thread, 'self' | 'isDead'>) {
    this.#words = words;
    this.#cellWords = cellWords;
    this.#thread = thread;
    this.count = Math.max(0, Math.floor((words.length - FIRST_CELL) / cellWords));
  }

  /** How many cells may have had an object: the others are empty. */
  get high(): number {
    return Math.min(Math.max(0, Atomics.load(this.#words, HIGH)), this.count);
  }

  /** The word at which the object of a cell starts. */
  objectIndex(cell: number): number {
    return this.#at(cell) + OBJECT;
  }

  /** Which cell a word is in; -1 if it is in none. */
  cellOf(index: number): number {
    const cell = cellOfWord(index, this.#cellWords);
    return cell < this.count ? cell : -1;
  }

  /** Bytes of the object in a cell; never more than fit. */
  byteLength(cell: number): number {
    const length = Atomics.load(this.#words, this.#at(cell) + LENGTH);
    return Math.min(Math.max(0, length), (this.#cellWords - OBJECT) * 4);
  }

  /** The number of the object that the cell holds, or held last. The next object has the next number. */
  generation(cell: number): number {
    return this.#state(cell) >>> STATE_BITS;
  }

  /** Whether there is an object in the cell, though perhaps without a thread that has it. */
  isUsed(cell: number): boolean {
    const state = this.#state(cell) & STATE_MASK;
    return state === USED || state === CHECKING;
  }

  /** Owner ids of the living threads that have the object, except those without an entry. */
  holdersOf(cell: number): number[] {
    const at = this.#at(cell) + HELD;
    const entries = [
      ...entriesIn(Atomics.load(this.#words, at), 0),
      ...entriesIn(Atomics.load(this.#words, at + 1), 32),
    ].filter((entry) => entry !== OVERFLOW_ENTRY);
    return entries.map((entry) => Atomics.load(this.#words, entry)).filter((owner) => !this.#thread.isDead(owner));
  }

  /** Whether a thread without an entry has the object, which then lives as long as the slab. */
  isOverflowing(cell: number): boolean {
    return (Atomics.load(this.#words, this.#heldIndex(cell, OVERFLOW_ENTRY)) & bitOf(OVERFLOW_ENTRY)) !== 0;
  }

  /** Takes an entry for this thread: a free one, or that of a dead thread. Returns its number; 63 if there is none. */
  join(): number {
    for (let entry = 0; entry < SLAB_HOLDERS; entry++) {
      const owner = Atomics.load(this.#words, entry);
      if (owner !== 0 && !this.#thread.isDead(owner)) continue;
      if (Atomics.compareExchange(this.#words, entry, owner, this.#thread.self) !== owner) continue;
      if (owner !== 0) for (let cell = this.high - 1; cell >= 0; cell--) this.release(cell, entry);
      return entry;
    }
    return OVERFLOW_ENTRY;
  }

  /** Gives the entry back. Called by its thread when it has no cell left. */
  leave(entry: number): void {
    if (entry !== OVERFLOW_ENTRY) Atomics.store(this.#words, entry, 0);
  }

  /**
   * Makes an object in a free cell. Called by the thread that made the slab only.
   *
   * @param initialise writes the initial contents of the object, over zeros
   * @returns its generation
   */
  allocate(cell: number, entry: number, byteLength: number, initialise: () => void): number {
    const at = this.#at(cell);
    const generation = this.generation(cell);
    Atomics.store(this.#words, at + HELD, 0);
    Atomics.store(this.#words, at + HELD + 1, 0);
    this.#hold(cell, entry);
    Atomics.store(this.#words, at + LENGTH, byteLength);
    if (cell >= this.high) Atomics.store(this.#words, HIGH, cell + 1);
    const end = at + this.#cellWords;
    for (let word = at + OBJECT; word < end; word++) this.#words[word] = 0;
    initialise();
    Atomics.store(this.#words, at + STATE, (generation << STATE_BITS) | USED);
    return generation;
  }

  /**
   * Makes this thread a holder of an object.
   *
   * @returns false if the cell has another object, or no living thread had it
   */
  attach(cell: number, generation: number, entry: number): boolean {
    const index = this.#at(cell) + STATE;
    const used = (generation << STATE_BITS) | USED;
    const checking = (generation << STATE_BITS) | CHECKING;
    const seen = Atomics.load(this.#words, index);
    if ((seen !== used && seen !== checking) || !this.isHeld(cell)) return false;
    this.#hold(cell, entry);
    for (;;) {
      const state = Atomics.load(this.#words, index);
      if (state === used) return true;
      if (state !== checking) break;
      if (Atomics.compareExchange(this.#words, index, checking, used) === checking) return true;
    }
    this.release(cell, entry);
    return false;
  }

  /** Whether the object in the cell, which this thread has, is of that generation. */
  has(cell: number, generation: number): boolean {
    return this.isUsed(cell) && this.generation(cell) === (generation & 0x3fffffff);
  }

  /** Lets go of the object. If this thread has no entry, the object lives as long as the slab. */
  release(cell: number, entry: number): void {
    if (entry !== OVERFLOW_ENTRY) Atomics.and(this.#words, this.#heldIndex(cell, entry), ~bitOf(entry));
  }

  /**
   * Takes a cell back if no living thread has its object. Called by the thread that made the slab only.
   *
   * @returns whether it is free now
   */
  tryFree(cell: number): boolean {
    const index = this.#at(cell) + STATE;
    const used = Atomics.load(this.#words, index);
    if ((used & STATE_MASK) !== USED) return false; // overwritten by another program: leave it unused
    const checking = (used & ~STATE_MASK) | CHECKING;
    if (Atomics.compareExchange(this.#words, index, used, checking) !== used) return false;
    const next = this.isHeld(cell) ? used : ((used & ~STATE_MASK) + (1 << STATE_BITS)) | FREE;
    return Atomics.compareExchange(this.#words, index, checking, next) === checking && next !== used;
  }

  /** Whether a living thread has the object of the cell. */
  isHeld(cell: number): boolean {
    if (this.isOverflowing(cell)) return true;
    const at = this.#at(cell) + HELD;
    return this.#hasLiving(at, 0) || this.#hasLiving(at + 1, 32);
  }

  #hasLiving(index: number, firstEntry: number): boolean {
    const held = Atomics.load(this.#words, index);
    if (held === 0) return false;
    return entriesIn(held, firstEntry).some((entry) => !this.#thread.isDead(Atomics.load(this.#words, entry)));
  }

  #hold(cell: number, entry: number): void {
    Atomics.or(this.#words, this.#heldIndex(cell, entry), bitOf(entry));
  }

  #heldIndex(cell: number, entry: number): number {
    return this.#at(cell) + HELD + (entry >>> 5);
  }

  #at(cell: number): number {
    return FIRST_CELL + cell * this.#cellWords;
  }

  #state(cell: number): number {
    return Atomics.load(this.#words, this.#at(cell) + STATE);
  }
}

/** Which cell a word is in, in a slab of any length; -1 if it is before the first. */
export function cellOfWord(index: number, cellWords: number): number {
  return Math.max(-1, Math.floor((index - FIRST_CELL) / cellWords));
}

/** The entries whose bits are set. */
function entriesIn(held: number, firstEntry: number): number[] {
  const entries: number[] = [];
  for (let left = held; left !== 0; left &= left - 1) entries.push(firstEntry + 31 - Math.clz32(left & -left));
  return entries;
}

function bitOf(entry: number): number {
  return 1 << (entry & 31);
}
