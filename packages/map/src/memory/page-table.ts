import type { Segment } from '@multiprocess/shared-memory';
import type { Cells } from './cells.js';
import { PAGES_MUTEX, READY_PAGES, TABLES_END, UNIT_SHIFT } from '../words/layout.js';
import { tableBytesFor } from '../words/geometry.js';
import type { Geometry } from '../words/geometry.js';
import { lockWord, unlockWord } from '../words/word-lock.js';

// What each page is for: two words.
//   STATE   VOID      free, and has no memory
//           READY     free, and has memory
//           BUSY      gets memory, or gives it back
//           TAIL      belongs to a run that begins at a page before it
//           n << 4 | CLASS    has cells of n units each, for one entry each
//           n << 4 | CLOSED   the same, but no cell may be taken: it is being looked through, to become free
//           n << 4 | RUN      the first of n pages with one entry
//   USED    cells that are taken: a hint of where to look. After a crash it may be too high until the page is looked through
// STATE is written under PAGES_MUTEX. A thread that takes a cell without it takes the word of its unit first, and looks at STATE
// second; a thread that closes a page writes STATE first and looks at the units second. So one sees the other: a cell is taken
// only in a page that has cells of that size.
// After a crash, a thread that takes the mutex over repairs: memory behind TABLES_END is given back; BUSY pages, TAILs of no run, and runs whose entry is free become VOID;
// CLOSED pages become CLASS again. A run is made from its tails to its first page, and taken apart the other way round.
const STATE = 0;
const USED = 1;
const ENTRY_SHIFT = 1;
const VOID = 0;
const READY = 1;
const BUSY = 2;
const TAIL = 3;
const CLASS = 4;
const CLOSED = 5;
const RUN = 6;
const KIND = 15;
const COUNT_SHIFT = 4;

/** Free pages that keep their memory, for the next entries: at most so many, and one in so many of all. */
const KEPT_PAGES = 64;
const KEPT_PART = 8;

/** The pages of a map. */
export class PageTable {
  readonly pageCount: number;
  readonly unitsPerPage: number;
  readonly #segment: Segment;
  readonly #words: Int32Array;
  readonly #geometry: Geometry;
  readonly #cells: Cells;
  readonly #pageBytes: number;
  readonly #kept: number;

  constructor(segment: Segment, geometry: Geometry, cells: Cells) {
    this.#segment = segment;
    this.#words = segment.words;
    this.#geometry = geometry;
    this.#cells = cells;
    this.pageCount = geometry.pageCount;
    this.unitsPerPage = 1 << (geometry.pageShift - UNIT_SHIFT);
    this.#pageBytes = 2 ** geometry.pageShift;
    this.#kept = Math.min(KEPT_PAGES, Math.ceil(this.pageCount / KEPT_PART));
  }

  /** The page of a unit. */
  pageOf(unit: number): number {
    return (unit - this.#geometry.firstUnit) >> (this.#geometry.pageShift - UNIT_SHIFT);
  }

  /** The first unit of a page. */
  unitOf(page: number): number {
    return this.#geometry.firstUnit + page * this.unitsPerPage;
  }

  /** Units of each cell of the page; 0 if it has none to take. */
  cellUnits(page: number): number {
    const state = this.#state(page);
    return (state & KIND) === CLASS ? this.#count(state) : 0;
  }

  /** Units of each cell of the page, also of one that is being looked through. */
  entryUnits(page: number): number {
    const state = this.#state(page);
    const kind = state & KIND;
    return kind === CLASS || kind === CLOSED ? this.#count(state) : 0;
  }

  /** Pages of the run that begins there; 0 if none does. */
  runLength(page: number): number {
    const state = this.#state(page);
    return (state & KIND) === RUN ? Math.min(this.#count(state), this.pageCount - page) : 0;
  }

  /** Bytes of the map that have memory. */
  get bytesWithMemory(): number {
    let pages = 0;
    for (let page = 0; page < this.pageCount; page++) if (this.#state(page) !== VOID) pages++;
    return this.#words[TABLES_END]! + pages * this.#pageBytes;
  }

  isFree(page: number): boolean {
    const state = this.#state(page);
    return state === VOID || state === READY;
  }

  /** How many cells of the page are taken, as far as is known. */
  used(page: number): number {
    return Atomics.load(this.#words, this.#index(page) + USED);
  }

  countTaken(page: number): void {
    Atomics.add(this.#words, this.#index(page) + USED, 1);
  }

  /** @returns how many are taken now */
  countFreed(page: number): number {
    return Atomics.sub(this.#words, this.#index(page) + USED, 1) - 1;
  }

  /** Runs `use` under the mutex of all pages. It must take no lock but those of buckets. */
  locked<R>(use: () => R): R {
    const { thread } = this.#segment;
    const isTakenOver = lockWord(this.#words, PAGES_MUTEX, thread);
    try {
      if (isTakenOver) this.#repair();
      return use();
    } finally {
      unlockWord(this.#words, PAGES_MUTEX, thread);
    }
  }

  /** Makes a free page one with cells of that size. Under the mutex. @returns -1 if no page is free */
  claimForCells(units: number): number {
    const page = this.#findFree(1);
    if (page < 0) return -1;
    this.#prepare(page, 1);
    Atomics.store(this.#words, this.#index(page) + USED, 0);
    this.#leaveReady(page, (units << COUNT_SHIFT) | CLASS);
    return page;
  }

  /** Makes free pages a run, and takes its unit. Under the mutex. @returns its first page; -1 if not so many are free in a row */
  claimRun(count: number): number {
    const page = this.#findFree(count);
    return page < 0 ? -1 : this.claimRunAt(page, count);
  }

  /** The same for pages that are free. */
  claimRunAt(page: number, count: number): number {
    this.#prepare(page, count);
    const unit = this.unitOf(page);
    // A thread that died here before it made the run has left its id. What is free is in no chain.
    if (!this.#cells.tryTake(unit) && !this.#cells.tryTakeAbandoned(unit)) return -1;
    for (let tail = page + count - 1; tail > page; tail--) this.#leaveReady(tail, TAIL);
    this.#leaveReady(page, (count << COUNT_SHIFT) | RUN);
    return page;
  }

  /** Makes the pages of a run free, if its entry has been freed; another thread may have done so. Under the mutex. */
  freeRun(page: number): void {
    if (this.#cells.state(this.unitOf(page)) !== 0) return;
    const count = this.runLength(page);
    for (let i = 0; i < count; i++) this.#becomeReady(page + i);
    this.giveBackSome();
  }

  /** Closes a page with cells. Under the mutex. */
  close(page: number): void {
    this.#setState(page, (this.entryUnits(page) << COUNT_SHIFT) | CLOSED);
  }

  /** Opens it again; or makes it free, if it has no taken cell. Under the mutex. @returns whether it is free */
  openOrFree(page: number): boolean {
    const taken = this.#countTakenIn(page);
    if (taken === 0) {
      this.#becomeReady(page);
      return true;
    }
    Atomics.store(this.#words, this.#index(page) + USED, taken);
    this.#setState(page, (this.entryUnits(page) << COUNT_SHIFT) | CLASS);
    return false;
  }

  /** Gives the memory of free pages back to the system, but for some. Under the mutex. */
  giveBackSome(kept = this.#kept): void {
    for (let page = this.pageCount - 1; page >= 0 && this.#words[READY_PAGES]! > kept; page--) {
      let first = page;
      while (first >= 0 && this.#state(first) === READY && this.#words[READY_PAGES]! > kept) {
        Atomics.sub(this.#words, READY_PAGES, 1);
        this.#setState(first--, BUSY);
      }
      if (first === page) continue;
      this.#giveBack(first + 1, page - first);
      page = first + 1;
    }
  }

  /** The first pages in a row that are free; of single pages, one that has memory. -1 if there are not so many. */
  #findFree(count: number): number {
    const wantsReady = count === 1 && this.#words[READY_PAGES]! > 0;
    let free = 0;
    let possible = -1;
    for (let page = 0; page < this.pageCount; page++) {
      free = this.isFree(page) ? free + 1 : 0;
      if (free < count) continue;
      const found = page - count + 1;
      if (!wantsReady || this.#state(page) === READY) return found;
      if (possible < 0) possible = found;
    }
    return possible;
  }

  /** Gets memory for those pages that have none, and for the states of their units. */
  #prepare(page: number, count: number): void {
    const tablesEnd = this.#words[TABLES_END]!;
    const needed = tableBytesFor(this.#geometry, page + count);
    if (needed > tablesEnd) {
      this.#segment.reserve(tablesEnd, needed - tablesEnd);
      Atomics.store(this.#words, TABLES_END, needed);
    }
    for (let i = page; i < page + count;) {
      let end = i;
      while (end < page + count && this.#state(end) === VOID) this.#setState(end++, BUSY);
      if (end === i) {
        i++;
        continue;
      }
      try {
        this.#segment.reserve(this.#byteOf(i), (end - i) * this.#pageBytes);
      } catch (error) {
        for (let undone = i; undone < end; undone++) this.#setState(undone, VOID);
        throw error;
      }
      for (let done = i; done < end; done++) this.#becomeReady(done);
      i = end;
    }
  }

  #becomeReady(page: number): void {
    this.#setState(page, READY);
    Atomics.add(this.#words, READY_PAGES, 1);
  }

  #leaveReady(page: number, state: number): void {
    this.#setState(page, state);
    Atomics.sub(this.#words, READY_PAGES, 1);
  }

  #giveBack(page: number, count: number): void {
    this.#segment.giveBack(this.#byteOf(page), count * this.#pageBytes);
    for (let i = page; i < page + count; i++) this.#setState(i, VOID);
  }

  #repair(): void {
    const tablesEnd = Math.max(0, this.#words[TABLES_END]!);
    if (tablesEnd < this.#geometry.tableBytes) {
      this.#segment.giveBack(tablesEnd, this.#geometry.tableBytes - tablesEnd);
    }
    let ready = 0;
    let runEnd = 0;
    for (let page = 0; page < this.pageCount; page++) {
      const state = this.#state(page);
      const kind = state & KIND;
      const run = this.runLength(page);
      if (run > 0 && this.#cells.state(this.unitOf(page)) !== 0) runEnd = page + run;
      else if (run > 0 || state === BUSY || (state === TAIL && page >= runEnd)) this.#giveBack(page, 1);
      else if (kind === CLOSED) this.#setState(page, (this.#count(state) << COUNT_SHIFT) | CLASS);
      else if (state === READY) ready++;
    }
    Atomics.store(this.#words, READY_PAGES, ready);
  }

  #countTakenIn(page: number): number {
    const first = this.unitOf(page);
    let taken = 0;
    for (let unit = first; unit < first + this.unitsPerPage; unit++) if (this.#cells.state(unit) !== 0) taken++;
    return taken;
  }

  /** Of a size that a page can have, whatever its word holds. */
  #count(state: number): number {
    return Math.max(1, state >>> COUNT_SHIFT);
  }

  #byteOf(page: number): number {
    return this.#geometry.tableBytes + page * this.#pageBytes;
  }

  #index(page: number): number {
    return this.#geometry.pageTableAt + (page << ENTRY_SHIFT);
  }

  #state(page: number): number {
    return Atomics.load(this.#words, this.#index(page) + STATE);
  }

  #setState(page: number, state: number): void {
    Atomics.store(this.#words, this.#index(page) + STATE, state);
  }
}
