import { ClosedError } from './errors.js';
import type { ObjectMemory } from './object-memory.js';
import type { Segment } from './segment.js';
import { SHARED_OBJECT, formatHandle } from './shared-object.js';
import type { SharedObject } from './shared-object.js';

/**
 * What every object over shared memory shares: its handle and its end.
 *
 * @typeParam M what its memory may be: a segment of its own, or with `ObjectMemory` also a cell of a slab
 */
export abstract class SegmentObject<M extends ObjectMemory = Segment> implements SharedObject {
  readonly #memory: M;

  constructor(memory: M) {
    this.#memory = memory;
    memory.closeAfter(this);
  }

  /**
   * A string that stands for the object anywhere on this machine. Taking it keeps the object in memory until it is
   * closed here or the thread ends, since somebody may be about to attach.
   */
  get handle(): string {
    const memory = this.openSegment();
    memory.keep();
    return memory.localHandle ?? formatHandle(memory.kind, memory.reference);
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
  }

  /** Lets go of the object in this thread. Idempotent; others that have it are not affected. */
  close(): void {
    this.#memory.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Whether it has not been closed in this thread. */
  protected get isOpen(): boolean {
    return this.#memory.isOpen;
  }

  /**
   * The memory, for as long as the object is open here.
   *
   * @throws {ClosedError} Afterwards.
   */
  protected openSegment(): M {
    if (!this.#memory.isOpen) throw this.closedError();
    return this.#memory;
  }

  /** What every use after {@link close} throws. */
  protected closedError(): ClosedError {
    return new ClosedError(`This ${this.constructor.name} has been closed here`);
  }
}
