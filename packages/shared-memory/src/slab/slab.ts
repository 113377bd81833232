import { formatCellReference } from '../cells/cell-reference.js';
import type { CellReference } from '../cells/cell-reference.js';
import { CorruptSegmentError, HandleError } from '../base/errors.js';
import { Segment } from '../segment/segment.js';
import { HEADER_BYTES } from '../files/segment-header.js';
import { SLAB_TABLE_BYTES, SlabCells } from '../cells/slab-cells.js';

const PAGE_BYTES = 4096;
const MAX_SLAB_BYTES = 2 ** 20;

/**
 * A slab in this thread: the segment, its cells, and which of them this thread has.
 *
 * It is mapped once, however many of its cells the thread has, and closed with the last of them.
 */
export class Slab {
  readonly segment: Segment;
  readonly cells: SlabCells;
  /** Bytes of the segment's file. */
  readonly fileBytes: number;
  readonly #entry: number;
  /** How many objects of this thread there are for each cell. */
  readonly #uses: Uint32Array;
  /** Cells that this thread has. */
  #used = 0;
  readonly #onEmpty: (slab: Slab) => void;
  // Used only in the thread that made the slab:
  readonly #free: number[] = [];
  /** The first cell that was never given out; all of them in a slab of another thread. */
  #fresh: number;
  /** Cells that this thread has let go of while others had them. */
  readonly #lent = new Set<number>();
  readonly #isMine: boolean;

  private constructor(segment: Segment, isMine: boolean, onEmpty: (slab: Slab) => void) {
    this.segment = segment;
    this.cells = new SlabCells(segment.words, segment.cellBytes / 4, segment.thread);
    this.fileBytes = segment.byteLength + HEADER_BYTES;
    this.#entry = this.cells.join();
    this.#uses = new Uint32Array(this.cells.count);
    this.#fresh = isMine ? 0 : this.cells.count;
    this.#isMine = isMine;
    this.#onEmpty = onEmpty;
    segment.objectAt = (index) => {
      const cell = this.cells.cellOf(index);
      if (cell < 0) return undefined;
      const reference = this.referenceOf(cell, this.cells.generation(cell));
      const object = { kind: segment.kind, reference, byteLength: this.cells.byteLength(cell) };
      return { object, word: index - this.cells.objectIndex(cell) };
    };
  }

  /**
   * Makes one with as many cells as fit into whole pages: one page, or twice as many as `previous` has.
   *
   * @throws {@link OutOfMemoryError} if there is no room for it.
   */
  static make(kind: string, cellBytes: number, previous: Slab | undefined, onEmpty: (slab: Slab) => void): Slab {
    const fileBytes = previous === undefined ? PAGE_BYTES : Math.min(previous.fileBytes * 2, MAX_SLAB_BYTES);
    const { segment } = Segment.create({ kind, byteLength: fileBytes - HEADER_BYTES, cellBytes });
    return new Slab(segment, true, onEmpty);
  }

  /** Maps that of another thread; undefined if no living process has it. */
  static open(reference: string, kind: string | undefined, onEmpty: (slab: Slab) => void): Slab | undefined {
    const segment = Segment.openSlab(reference, kind);
    if (segment === undefined || segment.byteLength >= SLAB_TABLE_BYTES)
      return segment && new Slab(segment, false, onEmpty);
    segment.close();
    throw new CorruptSegmentError(`${reference} has ${segment.byteLength} bytes, too few for a table of threads`);
  }

  /** The last part of the handle of an object in it. */
  referenceOf(cell: number, generation: number, part?: CellReference['part']): string {
    return formatCellReference({ slab: this.segment.reference, cell, generation, part });
  }

  /** Whether it is as small as slabs are. */
  get isSmallest(): boolean {
    return this.fileBytes === PAGE_BYTES;
  }

  /** Whether this thread has none of its cells. */
  get isEmpty(): boolean {
    return this.#used === 0;
  }

  /** A free cell of a slab that this thread made, if one is known. */
  takeFree(): number | undefined {
    return this.#free.pop() ?? (this.#fresh < this.cells.count ? this.#fresh++ : undefined);
  }

  /** Frees cells that no living thread has any longer. Returns how many can be given out now. */
  reclaim(): number {
    for (const cell of this.#lent) if (this.cells.tryFree(cell)) this.#hasFreed(cell);
    return this.#free.length;
  }

  /** Makes an object in a free cell, for this thread. Returns its generation. */
  allocate(cell: number, byteLength: number, initialise: () => void): number {
    try {
      const generation = this.cells.allocate(cell, this.#entry, byteLength, initialise);
      this.#uses[cell] = 1;
      this.#used++;
      return generation;
    } catch (error) {
      this.#free.push(cell);
      throw error;
    }
  }

  /**
   * Makes this thread a holder of an object, once more if it is one already.
   *
   * @throws {@link HandleError} if there is no such object, or no living thread has it. Nothing was changed then.
   */
  attach(cell: number, generation: number): void {
    const uses = cell < this.cells.count ? this.#uses[cell]! : 0;
    const isThere =
      cell < this.cells.count &&
      (uses > 0 ? this.cells.has(cell, generation) : this.cells.attach(cell, generation, this.#entry));
    if (!isThere) {
      if (this.#used === 0) this.#onEmpty(this);
      throw new HandleError(
        `The ${this.segment.kind} ${JSON.stringify(this.referenceOf(cell, generation))} is gone: no living thread has it`,
      );
    }
    this.#uses[cell] = uses + 1;
    if (uses > 0) return;
    this.#used++;
    this.#lent.delete(cell);
  }

  /** Lets go of one use of a cell. */
  release(cell: number): void {
    const left = --this.#uses[cell]!;
    if (left > 0) return;
    this.#used--;
    this.cells.release(cell, this.#entry);
    if (this.#isMine) {
      if (this.cells.tryFree(cell)) this.#hasFreed(cell);
      else this.#lent.add(cell);
    }
    if (this.#used === 0) this.#onEmpty(this);
  }

  /** Unmaps it. Others that have cells of it keep it. */
  close(): void {
    this.cells.leave(this.#entry);
    this.segment.close();
  }

  #hasFreed(cell: number): void {
    this.#lent.delete(cell);
    this.#free.push(cell);
  }
}
