import { formatCellReference } from '../cells/cell-reference.js';
import type { CellReference } from '../cells/cell-reference.js';
import { tellOf } from '../base/diagnostics.js';
import { HandleError } from '../base/errors.js';
import { ObjectMemory } from '../segment/object-memory.js';
import type { Slab } from './slab.js';
import { findSlab, takeCell } from './slabs.js';
import type { Thread } from '../wait/thread.js';

/** A part of an object with a handle of its own, such as the lock of a value. It lives as long as the whole. */
interface Part {
  readonly kind: string;
  /** Word of the object that it starts with, and how many bytes it has. */
  readonly word: number;
  readonly byteLength: number;
}

/** How to make a small object. */
interface CellPlan {
  readonly kind: string;
  readonly cellBytes: number;
  readonly byteLength: number;
  readonly initialise?: (memory: ObjectMemory) => void;
}

/** The memory of a small object: a cell of a slab, or a part of one. */
export class SlabCell extends ObjectMemory {
  readonly byteLength: number;
  readonly #slab: Slab;
  readonly #cell: number;
  readonly #generation: number;
  readonly #part: Part | undefined;

  private constructor(slab: Slab, cell: number, generation: number, byteLength: number, part?: Part) {
    super();
    this.byteLength = byteLength;
    this.#slab = slab;
    this.#cell = cell;
    this.#generation = generation;
    this.#part = part;
  }

  /** @internal @throws {@link OutOfMemoryError} if there is no room for another slab. */
  static create({ kind, cellBytes, byteLength, initialise }: CellPlan): SlabCell {
    const { slab, cell } = takeCell(kind, cellBytes);
    const made = new SlabCell(slab, cell, slab.cells.generation(cell), byteLength);
    slab.allocate(cell, byteLength, () => initialise?.(made));
    tellOf('create', made);
    return made;
  }

  /** @internal @throws {@link HandleError} if there is no such object, or no living thread has it. */
  static attach(at: CellReference, kind: string): SlabCell {
    const { cell, generation, part } = at;
    const slab = findSlab(at.slab, part === undefined ? kind : undefined);
    if (slab === undefined) {
      const reference = JSON.stringify(formatCellReference(at));
      throw new HandleError(`The ${kind} ${reference} is gone: no living thread has it`);
    }
    slab.attach(cell, generation);
    const whole = new SlabCell(slab, cell, generation, slab.cells.byteLength(cell));
    const found = part === undefined ? whole : whole.#partOf({ kind, ...part });
    tellOf('attach', found);
    return found;
  }

  override get kind(): string {
    return this.#part?.kind ?? this.#slab.segment.kind;
  }

  override get reference(): string {
    return this.#slab.referenceOf(this.#cell, this.#generation, this.#part);
  }

  override get thread(): Thread {
    return this.#slab.segment.thread;
  }

  override get buffer(): SharedArrayBuffer {
    return this.#slab.segment.buffer;
  }

  override get byteOffset(): number {
    return this.firstWord * 4;
  }

  override get words(): Int32Array {
    return this.#slab.segment.words;
  }

  override get firstWord(): number {
    return this.#slab.cells.objectIndex(this.#cell) + (this.#part?.word ?? 0);
  }

  /** @internal A part of the object, as an object of its own: it keeps the whole until it is closed, too. */
  part(part: Part): SlabCell {
    this.#slab.attach(this.#cell, this.#generation);
    return new SlabCell(this.#slab, this.#cell, this.#generation, this.byteLength).#partOf(part);
  }

  /** A part of this object, in whose place it keeps the attachment. */
  #partOf(part: Part): SlabCell {
    if (part.word * 4 + part.byteLength <= this.byteLength && part.byteLength > 0)
      return new SlabCell(this.#slab, this.#cell, this.#generation, part.byteLength, part);
    this.#slab.release(this.#cell);
    throw new HandleError(
      `${JSON.stringify(this.reference)} has ${this.byteLength} bytes, none for a ${part.kind} at word ${part.word}`,
    );
  }

  override closeAfter(object: object): void {
    collected.register(object, this);
  }

  protected override letGo(): void {
    this.#slab.release(this.#cell);
    tellOf('close', this);
  }

  /** The object that referred to it has been collected. */
  dropped(): void {
    if (!this.isKept) this.close();
  }
}

// The garbage collector frees a mapping without buffers, but does not know cells. One table per thread.
const collected = new FinalizationRegistry<SlabCell>((cell) => cell.dropped());
