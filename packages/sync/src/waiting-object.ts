import { Line, SegmentObject } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';

/** A shared object that callers of this thread may await. */
export abstract class WaitingObject extends SegmentObject {
  /** Those who do, in the order they came. */
  protected readonly line: Line;

  constructor(segment: Segment) {
    super(segment);
    this.line = new Line(segment.thread.parker);
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    this.line.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    this.line.unref();
    return this;
  }

  /** Lets go of the object in this thread; others that have it keep it. Pending calls throw `ClosedError`. Idempotent. */
  override close(): void {
    this.line.dismiss(() => this.closedError());
    super.close();
  }
}
