import { SegmentObject, WaitQueue } from '@multiprocess/shared-memory';
import type { ObjectMemory, Parker } from '@multiprocess/shared-memory';

/** A shared object with async calls that wait. */
export abstract class WaitingObject extends SegmentObject<ObjectMemory> {
  readonly #parker: Parker;
  #waitQueue: WaitQueue | undefined;

  constructor(memory: ObjectMemory) {
    super(memory);
    this.#parker = memory.thread.parker;
  }

  /** The pending async calls, in order. Created when needed: most objects never need it. */
  protected get waitQueue(): WaitQueue {
    return (this.#waitQueue ??= new WaitQueue(this.#parker));
  }

  /** Makes pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    this.waitQueue.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    this.waitQueue.unref();
    return this;
  }

  /** Closes the object in this thread; other threads keep it. Pending calls throw `ClosedError`. Idempotent. */
  override close(): void {
    this.#waitQueue?.dismiss(() => this.closedError());
    super.close();
  }
}
