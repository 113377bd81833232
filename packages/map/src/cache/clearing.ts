import { EVICTIONS } from '../table/statistics.js';
import type { Statistics } from '../table/statistics.js';
import type { Entries } from '../table/entries.js';

/** Pages in a row, and how many entries would go with them. */
interface Window {
  readonly page: number;
  readonly entries: number;
}

/** In how many places to try: a page cannot be cleared while a thread is making an entry in it. */
const TRIES = 16;

// Evicting one entry after the other frees cells all over the memory, but a large entry needs pages in a row, and a page keeps its
// size of cells until it is empty. So the pages in a row that have the fewest entries are cleared as a whole.

/** Makes room for pages in a row. */
export class Clearing {
  readonly #entries: Entries;
  readonly #statistics: Statistics;

  constructor(entries: Entries, statistics: Statistics) {
    this.#entries = entries;
    this.#statistics = statistics;
  }

  /** Clears so many pages in a row, and makes them free. @returns whether it could */
  clear(count: number): boolean {
    const { pages } = this.#entries;
    return pages.locked(() => {
      const windows = this.#windows(count)
        .sort((one, other) => one.entries - other.entries)
        .slice(0, TRIES);
      return windows.some(({ page }) => this.#clearFrom(page, count));
    });
  }

  /** All places, each with the entries in its pages and in the runs that reach into it. */
  #windows(count: number): Window[] {
    const { pages } = this.#entries;
    const runs = this.#firstPages();
    const windows: Window[] = [];
    let entries = 0;
    for (let page = 0; page < pages.pageCount; page++) {
      entries += this.#entriesFrom(page, runs);
      const out = page - count;
      if (out >= 0) entries -= this.#entriesUntil(out, runs);
      if (out >= -1) windows.push({ page: out + 1, entries });
    }
    return windows;
  }

  /** Entries that a window takes in with that page as its last one: a run counts once, with its first page in the window. */
  #entriesFrom(page: number, runs: Int32Array): number {
    const { pages } = this.#entries;
    if (runs[page] === page) return 1;
    return runs[page]! >= 0 ? 0 : pages.used(page);
  }

  /** Entries that a window loses with that page as the one before its first: a run goes with its last page. */
  #entriesUntil(page: number, runs: Int32Array): number {
    const { pages } = this.#entries;
    if (runs[page]! < 0) return pages.used(page);
    return runs[page + 1] === runs[page] ? 0 : 1;
  }

  /** For each page, the first page of the run that it belongs to; -1 if it belongs to none. */
  #firstPages(): Int32Array {
    const { pages } = this.#entries;
    const first = new Int32Array(pages.pageCount + 1).fill(-1);
    for (let page = 0; page < pages.pageCount; page++) {
      const length = pages.runLength(page);
      if (length > 0) first.fill(page, page, page + length);
    }
    return first;
  }

  #clearFrom(page: number, count: number): boolean {
    const runs = this.#firstPages();
    for (let i = page; i < page + count; i++) {
      const run = runs[i]!;
      const isCleared = run >= 0 ? this.#clearRun(run) : this.#clearCells(i);
      if (!isCleared) return false;
      if (run >= 0) i = Math.max(i, run + this.#lengthOf(runs, run) - 1);
    }
    return true;
  }

  #lengthOf(runs: Int32Array, run: number): number {
    let end = run;
    while (runs[end] === run) end++;
    return end - run;
  }

  #clearRun(page: number): boolean {
    const { pages } = this.#entries;
    if (!this.#clearUnit(pages.unitOf(page))) return false;
    pages.freeRun(page);
    return true;
  }

  #clearCells(page: number): boolean {
    const { pages } = this.#entries;
    if (pages.isFree(page)) return true;
    if (pages.entryUnits(page) === 0) return false;
    pages.close(page);
    const first = pages.unitOf(page);
    for (let unit = first; unit < first + pages.unitsPerPage; unit++) this.#clearUnit(unit);
    return pages.openOrFree(page);
  }

  #clearUnit(unit: number): boolean {
    const wasUsed = this.#entries.cells.state(unit) < 0;
    const isFree = this.#entries.clearUnit(unit);
    if (wasUsed && isFree) this.#statistics.count(EVICTIONS);
    return isFree;
  }
}
