import { WaitQueue, SegmentObject } from '@multiprocess/shared-memory';
import type { ObjectMemory, Parker } from '@multiprocess/shared-memory';

/** A shared object that callers of this thread may await. */
export abstract class WaitingObject extends SegmentObject<ObjectMemory> {
  readonly #parker: Parker;
  #line: WaitQueue | undefined;

  constructor(memory: ObjectMemory) {
    super(memory);
    this.#parker = memory.thread.parker;
  }

  /** The callers that await it, in order. Created by the first call that awaits: most objects never need one. */
  protected get line(): WaitQueue {
    return (this.#line ??= new WaitQueue(this.#parker));
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
    this.#line?.dismiss(() => this.closedError());
    super.close();
  }
}
