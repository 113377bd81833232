import { DESCRIBE, describable } from './describe.js';
import type { Describable, Description } from './describe.js';
import { ClosedError } from './errors.js';
import type { Segment } from './segment.js';
import { SHARED_OBJECT, formatHandle } from './shared-object.js';
import type { SharedObject } from './shared-object.js';

let segmentOf: (object: SegmentObject) => Segment;

/** What every object over a segment of its own shares: its handle and its end. */
export abstract class SegmentObject implements SharedObject, Describable {
  readonly #segment: Segment;

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /**
   * A string that stands for the object anywhere on this machine. Taking it keeps the object in memory until it is
   * closed here or the thread ends, since somebody may be about to attach.
   */
  get handle(): string {
    const segment = this.openSegment();
    segment.keep();
    return handleOf(segment);
  }

  static {
    segmentOf = (object) => object.openSegment();
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable(this.prototype);
  }

  /** @internal What people are told of it; see {@link describeOpen}. */
  [DESCRIBE](): Description {
    return this.isOpen ? { name: this.#segment.givenName, ...this.describeOpen() } : { closed: true };
  }

  /** Lets go of the object in this thread. Idempotent; others that have it are not affected. */
  close(): void {
    this.#segment.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal What its class tells people of it, beside its name. */
  protected describeOpen(): Description {
    return {};
  }

  /** Whether it has not been closed in this thread. */
  protected get isOpen(): boolean {
    return this.#segment.isOpen;
  }

  /**
   * The segment, for as long as the object is open here.
   *
   * @throws {ClosedError} Afterwards.
   */
  protected openSegment(): Segment {
    if (!this.#segment.isOpen) throw this.closedError();
    return this.#segment;
  }

  /** What every use after {@link close} throws. */
  protected closedError(): ClosedError {
    return new ClosedError(`This ${this.constructor.name} has been closed here`);
  }
}

/**
 * Makes an object live in this thread at least as long as a segment that it goes with.
 *
 * Writing its handle into the segment hands it to nobody yet: taking the handle of what is in the segment keeps both.
 *
 * @returns the handle of the object, for the segment
 */
export function accompany(segment: Segment, object: SegmentObject): string {
  const companion = segmentOf(object);
  segment.holdOn(companion);
  return handleOf(companion);
}

function handleOf(segment: Segment): string {
  return segment.localHandle ?? formatHandle(segment.kind, segment.reference);
}
