import { describable, DESCRIBE } from '../base/describe.js';
import type { Describable, Description } from '../base/describe.js';
import { ClosedError } from '../base/errors.js';
import { markAsUncloneable } from '../base/uncloneable.js';
import type { ObjectMemory } from '../segment/object-memory.js';
import type { Segment } from '../segment/segment.js';
import { SHARED_OBJECT } from '../base/shared-object.js';
import type { SharedObject } from '../base/shared-object.js';
import { formatHandle } from '../handles/attach.js';

let memoryOf: (object: SegmentObject<ObjectMemory>) => ObjectMemory;

/**
 * An object in shared memory, with its handle and its end.
 *
 * @typeParam M its memory: `Segment`, or `ObjectMemory` if it may be a cell of a slab
 */
export abstract class SegmentObject<M extends ObjectMemory = Segment> implements SharedObject, Describable {
  readonly #memory: M;

  constructor(memory: M) {
    this.#memory = memory;
    markAsUncloneable(this);
    memory.closeAfter(this);
  }

  /**
   * A string that stands for the object anywhere on this machine. Taking it keeps the object in memory until it is
   * closed here or the thread ends, since another process may be about to attach.
   */
  get handle(): string {
    const memory = this.openSegment();
    memory.keep();
    return handleIn(memory);
  }

  static {
    memoryOf = (object) => object.openSegment();
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable(this.prototype);
  }

  /** @internal */
  [DESCRIBE](): Description {
    return this.isOpen ? { name: this.#memory.givenName, ...this.describeOpen() } : { closed: true };
  }

  /** Closes the object in this thread. Idempotent; others that have it are not affected. */
  close(): void {
    this.#memory.close();
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal What its class adds to its description, beside its name. */
  protected describeOpen(): Description {
    return {};
  }

  /** Whether it has not been closed in this thread. */
  protected get isOpen(): boolean {
    return this.#memory.isOpen;
  }

  /** The memory, for as long as the object is open here. @throws {@link ClosedError} afterwards. */
  protected openSegment(): M {
    if (!this.#memory.isOpen) throw this.closedError();
    return this.#memory;
  }

  /** The error of every use after {@link close}. */
  protected closedError(): ClosedError {
    return new ClosedError(`This ${this.constructor.name} has been closed here`);
  }
}

/**
 * Makes an object live in this thread at least as long as the memory of another one that needs it.
 *
 * Its handle in that memory does not keep it for other threads: taking the handle of the other object keeps both.
 *
 * @returns the handle of the object, for the memory
 */
export function accompany(memory: ObjectMemory, object: SegmentObject<ObjectMemory>): string {
  memory.holdOn(object);
  return handleOf(object);
}

/** The handle of an object, without keeping the object for other threads. */
export function handleOf(object: SegmentObject<ObjectMemory>): string {
  return handleIn(memoryOf(object));
}

function handleIn(memory: ObjectMemory): string {
  return memory.localHandle ?? formatHandle(memory.kind, memory.reference);
}
