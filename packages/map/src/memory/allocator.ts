import type { Cells } from './cells.js';
import { FREE } from './cells.js';
import type { PageTable } from './page-table.js';

/** Sizes of cells grow by this factor, so that at most a fifth of a cell is wasted. */
const GROWTH = 1.25;

/** What a thread remembers of the pages with cells of one size. */
interface Place {
  /** The page that it takes cells from, -1 at first. */
  page: number;
  /** Which cell of it to look at first. */
  next: number;
  /** The page in which it has freed a cell last; -1 if none. */
  freed: number;
}

/** Settles what a dead thread has left in that unit, if no other thread does. */
export type Settle = (unit: number) => void;

/** Gives out units for entries: cells of pages, and runs of whole pages for what is larger than half of one. */
export class Allocator {
  readonly #cells: Cells;
  readonly #pages: PageTable;
  readonly #settle: Settle;
  /** By the units that are needed: the units of the cell that has them. */
  readonly #cellUnits: number[];
  readonly #places = new Map<number, Place>();

  constructor(cells: Cells, pages: PageTable, settle: Settle) {
    this.#cells = cells;
    this.#pages = pages;
    this.#settle = settle;
    this.#cellUnits = cellSizes(pages.unitsPerPage);
  }

  /** How many pages in a row an entry of so many units needs; 0 if it fits into a cell. */
  runLength(units: number): number {
    return units < this.#cellUnits.length ? 0 : Math.ceil(units / this.#pages.unitsPerPage);
  }

  /** Takes a unit that so many free ones follow. @returns 0 if there is no room */
  allocate(units: number): number {
    const run = this.runLength(units);
    if (run > 0) {
      const page = this.#pages.locked(() => this.#pages.claimRun(run));
      return page < 0 ? 0 : this.#pages.unitOf(page);
    }
    const cellUnits = this.#cellUnits[units]!;
    const place = this.#placeOf(cellUnits);
    return this.#takeFrom(place.page, cellUnits, place) || this.#takeElsewhere(cellUnits, place);
  }

  /** Frees what this thread has taken. */
  free(unit: number): void {
    const page = this.#pages.pageOf(unit);
    const cellUnits = this.#pages.entryUnits(page);
    this.#cells.free(unit);
    if (cellUnits === 0) {
      this.#pages.locked(() => this.#pages.freeRun(page));
      return;
    }
    const place = this.#placeOf(cellUnits);
    if (this.#pages.countFreed(page) > 0 || place.page === page) place.freed = page;
    else this.#freePage(page);
  }

  /** Makes pages free that have no taken cell: they keep their memory for cells of their size until then. */
  freeEmptyPages(): void {
    for (let page = 0; page < this.#pages.pageCount; page++) {
      if (this.#pages.entryUnits(page) > 0 && this.#pages.used(page) <= 0) this.#freePage(page);
    }
  }

  /** Settles all that dead threads have left. Looks at every unit in use. */
  settleAll(): void {
    for (let page = 0; page < this.#pages.pageCount; page++) {
      if (this.#pages.isFree(page)) continue;
      const first = this.#pages.unitOf(page);
      for (let unit = first; unit < first + this.#pages.unitsPerPage; unit++) {
        if (this.#cells.isAbandoned(this.#cells.state(unit))) this.#settle(unit);
      }
      if (this.#pages.entryUnits(page) > 0)
        this.#freePage(page); // which counts its cells again
      else this.#pages.locked(() => this.#pages.freeRun(page));
    }
  }

  #takeElsewhere(cellUnits: number, place: Place): number {
    const freed = this.#takeFrom(place.freed, cellUnits, place);
    if (freed !== 0) return freed;
    place.freed = -1;
    const { pageCount } = this.#pages;
    const start = place.page + 1;
    for (let i = 0; i < pageCount; i++) {
      const unit = this.#takeFrom((start + i) % pageCount, cellUnits, place);
      if (unit !== 0) return unit;
    }
    return this.#takeFromNewPage(cellUnits, place);
  }

  /** Claims another page if other threads have taken all cells of one before this thread could take one. */
  #takeFromNewPage(cellUnits: number, place: Place): number {
    for (let i = 0; i < this.#pages.pageCount; i++) {
      const page = this.#pages.locked(() => this.#pages.claimForCells(cellUnits));
      const unit = this.#takeFrom(page, cellUnits, place);
      if (unit !== 0 || page < 0) return unit;
    }
    return 0;
  }

  #takeFrom(page: number, cellUnits: number, place: Place): number {
    if (page < 0 || this.#pages.cellUnits(page) !== cellUnits) return 0;
    const capacity = Math.floor(this.#pages.unitsPerPage / cellUnits);
    if (this.#pages.used(page) >= capacity) return 0;
    if (page !== place.page) {
      place.page = page;
      place.next = 0;
    }
    const first = this.#pages.unitOf(page);
    for (let i = 0; i < capacity; i++) {
      const cell = (place.next + i) % capacity;
      const unit = first + cell * cellUnits;
      if (!this.#take(unit)) continue;
      if (this.#pages.cellUnits(page) !== cellUnits) {
        this.#cells.free(unit); // it was closed meanwhile
        return 0;
      }
      this.#pages.countTaken(page);
      place.next = cell + 1;
      return unit;
    }
    return 0;
  }

  #take(unit: number): boolean {
    if (this.#cells.tryTake(unit)) return true;
    const state = this.#cells.state(unit);
    if (state < FREE || !this.#cells.isAbandoned(state)) return false;
    this.#settle(unit);
    return this.#cells.tryTake(unit);
  }

  #freePage(page: number): void {
    const pages = this.#pages;
    pages.locked(() => {
      if (pages.entryUnits(page) === 0) return; // another thread has done so
      pages.close(page);
      if (pages.openOrFree(page)) pages.giveBackSome();
    });
  }

  #placeOf(cellUnits: number): Place {
    let place = this.#places.get(cellUnits);
    if (place === undefined) this.#places.set(cellUnits, (place = { page: -1, next: 0, freed: -1 }));
    return place;
  }
}

/** For each number of units up to half of a page, the units of the smallest cell that has them. */
function cellSizes(unitsPerPage: number): number[] {
  const sizes = [0];
  for (let units = 1; units <= unitsPerPage / 2;) {
    const perPage = Math.floor(unitsPerPage / units);
    const cell = Math.floor(unitsPerPage / perPage);
    while (sizes.length <= cell) sizes.push(cell);
    units = Math.max(cell + 1, Math.floor(cell * GROWTH));
  }
  return sizes;
}
