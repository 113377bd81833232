import { HandleError, OutOfMemoryError } from '../base/errors.js';
import { Slab } from './slab.js';

/** A free cell. */
interface FreeCell {
  readonly slab: Slab;
  readonly cell: number;
}

/** A thread that has closed its last object this often keeps the empty slab for the next. */
const KEPT_AFTER = 8;

/** The slabs from which this thread makes its objects of one kind and size. */
class Maker {
  readonly #kind: string;
  readonly #cellBytes: number;
  readonly #table: Map<string, Slab>;
  readonly #slabs = new Set<Slab>();
  /** The one that was made last. */
  #current: Slab | undefined;
  /** How often it was found empty. */
  #emptied = 0;

  constructor(kind: string, cellBytes: number, table: Map<string, Slab>) {
    this.#kind = kind;
    this.#cellBytes = cellBytes;
    this.#table = table;
  }

  /**
   * A slab with a free cell, and the cell.
   *
   * @throws {@link OutOfMemoryError} if no slab has a free cell, and there is no room for another slab.
   */
  take(): FreeCell {
    return this.#takeFrom(this.#current) ?? this.#takeAny() ?? this.#takeReclaimed() ?? this.#takeNew();
  }

  #takeFrom(slab: Slab | undefined): FreeCell | undefined {
    const cell = slab?.takeFree();
    return cell === undefined ? undefined : { slab: slab!, cell };
  }

  #takeAny(): FreeCell | undefined {
    for (const slab of this.#slabs) {
      const cell = this.#takeFrom(slab);
      if (cell !== undefined) return cell;
    }
    return undefined;
  }

  /** Looking through all lent cells pays only if many are free: otherwise the next object would look again. */
  #takeReclaimed(): FreeCell | undefined {
    let free = 0;
    let cells = 0;
    for (const slab of this.#slabs) {
      free += slab.reclaim();
      cells += slab.cells.count;
    }
    return free * 4 >= cells ? this.#takeAny() : undefined;
  }

  #takeNew(): FreeCell {
    try {
      return this.#takeFrom(this.#add(this.#current))!;
    } catch (error) {
      if (!(error instanceof OutOfMemoryError) || this.#current === undefined) throw error;
    }
    return this.#takeAny() ?? this.#takeFrom(this.#add(undefined))!;
  }

  #add(previous: Slab | undefined): Slab {
    const slab = Slab.make(this.#kind, this.#cellBytes, previous, (empty) => this.#onEmpty(empty));
    this.#slabs.add(slab);
    this.#table.set(slab.segment.reference, slab);
    const before = this.#current;
    this.#current = slab;
    if (before?.isEmpty === true) this.#close(before);
    return slab;
  }

  /**
   * A slab without objects is closed at once, so that closing the last object leaves nothing behind. The exception is a
   * thread that makes and closes one object after the other: it keeps the smallest slab, instead of making one for each.
   */
  #onEmpty(slab: Slab): void {
    const isCurrent = slab === this.#current;
    if (isCurrent && slab.isSmallest && ++this.#emptied >= KEPT_AFTER) return;
    if (isCurrent) this.#current = undefined;
    this.#close(slab);
  }

  #close(slab: Slab): void {
    this.#slabs.delete(slab);
    this.#table.delete(slab.segment.reference);
    slab.close();
  }
}

// One table per thread, like mappings.
const makers = new Map<string, Maker>();
/** All slabs that this thread has mapped, by the name of their segment. */
const slabs = new Map<string, Slab>();

/** A slab of this thread with a free cell of that size, and the cell. */
export function takeCell(kind: string, cellBytes: number): FreeCell {
  const key = `${kind} ${cellBytes}`;
  let maker = makers.get(key);
  if (maker === undefined) {
    maker = new Maker(kind, cellBytes, slabs);
    makers.set(key, maker);
  }
  return maker.take();
}

/** The slab of that name, mapped now if it has not been; undefined if no living process has it. */
export function findSlab(reference: string, kind: string | undefined): Slab | undefined {
  const known = slabs.get(reference);
  if (known !== undefined) {
    if (kind === undefined || known.segment.kind === kind) return known;
    throw new HandleError(`${JSON.stringify(reference)} holds objects of kind ${known.segment.kind}, not ${kind}`);
  }
  const slab = Slab.open(reference, kind, closeSlab);
  if (slab !== undefined) slabs.set(reference, slab);
  return slab;
}

/** Closes a slab of another thread that this one has no cell of. */
function closeSlab(slab: Slab): void {
  slabs.delete(slab.segment.reference);
  slab.close();
}
