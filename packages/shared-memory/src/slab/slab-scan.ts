import { readSync } from 'node:fs';
import { formatCellReference } from '../cells/cell-reference.js';
import type { Registry } from '../thread/registry.js';
import { HEADER_BYTES } from '../files/segment-header.js';
import type { SegmentHeader } from '../files/segment-header.js';
import { cellOfWord, SlabCells } from '../cells/slab-cells.js';
import type { Peek } from '../handles/attach.js';

/** An object in a slab, as a copy of it shows it. */
export interface ScannedCell {
  readonly cell: number;
  /** The last part of its handle. */
  readonly reference: string;
  /** Processes with living threads that have it. */
  readonly pids: readonly number[];
  /** Looks at its words. */
  readonly peek: Peek;
}

/** Which cell of a slab a byte of its file is in; -1 if it is in none. */
export function cellAt({ cellBytes }: SegmentHeader, byteOffset: number): number {
  return cellOfWord(Math.floor((byteOffset - HEADER_BYTES) / 4), cellBytes / 4);
}

/**
 * The objects in a copy of a slab. If a process has the slab mapped, objects that no living thread has are skipped: no handle
 * leads to them. If it is an orphan, they are its contents.
 *
 * @param pids processes that have the slab mapped
 */
export function scanSlab(
  fd: number,
  header: SegmentHeader,
  slab: string,
  pids: readonly number[],
  registry: Registry | undefined,
): ScannedCell[] {
  const words = new Int32Array((header.byteLength - HEADER_BYTES) >>> 2);
  readSync(fd, words, 0, words.byteLength, HEADER_BYTES);
  const cells = cellsIn(words, header, registry);
  const pidOf = new Map<number, number | undefined>();
  const toPid = (owner: number): number | undefined => {
    if (!pidOf.has(owner)) pidOf.set(owner, registry?.describe(owner)?.pid);
    return pidOf.get(owner);
  };
  const found: ScannedCell[] = [];
  for (let cell = 0; cell < cells.high; cell++) {
    if (!cells.isUsed(cell)) continue;
    const holders = new Set(cells.holdersOf(cell).map(toPid));
    if (cells.isOverflowing(cell)) for (const pid of pids) holders.add(pid);
    const known = [...holders].filter((pid) => pid !== undefined);
    if (known.length === 0 && pids.length > 0) continue;
    const first = cells.objectIndex(cell);
    const end = first + (cells.byteLength(cell) >>> 2);
    const peek: Peek = (index, count) => {
      const copy = new Int32Array(count);
      const begin = first + Math.max(0, index);
      copy.set(words.subarray(Math.min(begin, end), Math.min(begin + count, end)));
      return copy;
    };
    found.push({
      cell,
      reference: formatCellReference({ slab, cell, generation: cells.generation(cell), part: undefined }),
      pids: known,
      peek,
    });
  }
  return found;
}

/** Without its registry, all owner ids count as dead. */
function cellsIn(words: Int32Array, { cellBytes }: SegmentHeader, registry: Registry | undefined): SlabCells {
  const dead = new Map<number, boolean>();
  const isDead = (owner: number): boolean => {
    let known = dead.get(owner);
    if (known === undefined) dead.set(owner, (known = registry?.isDead(owner) ?? true));
    return known;
  };
  return new SlabCells(words, cellBytes / 4, { self: 0, isDead });
}
