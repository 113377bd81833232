import { waitSync } from '@multiprocess/shared-memory';
import type { Coroutine, Description, ObjectMemory, OwnerDescription } from '@multiprocess/shared-memory';
import type { Suspendable, Suspended } from '../object/suspendable.js';
import { Takeable } from '../object/takeable.js';

/** What both locks share. They differ in what owns the lock within a thread: the thread, or an async context. */
export abstract class MutexObject<M extends { readonly owner: number }>
  extends Takeable<boolean>
  implements Suspendable
{
  /** @internal */
  protected readonly mutex: M;
  /** @internal Whether the last acquire through this object took it from a dead holder. */
  protected tookOver = false;

  constructor(memory: ObjectMemory, mutex: M) {
    super(memory);
    this.mutex = mutex;
  }

  /** Whether it is held, even by a holder that has died. May be out of date when it is read. */
  get locked(): boolean {
    this.openSegment();
    return this.mutex.owner !== 0;
  }

  /** The thread that holds it; undefined if it is free, or the holder has died. */
  get owner(): OwnerDescription | undefined {
    this.openSegment();
    return this.thread.describe(this.mutex.owner);
  }

  /**
   * Whether the last acquire through this object took the lock over from a dead holder: the data that it protects may be
   * half-changed. Re-entering an `RLock` does not count.
   */
  get ownerDied(): boolean {
    return this.tookOver;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { locked: this.locked, owner: this.owner };
  }

  /** @internal */
  abstract checkHeld(needing: string): void;

  /** @internal */
  abstract suspend(): Suspended;

  /** @internal How to take it again after a wait for which it was released. */
  protected suspendedUntil(locking: () => Coroutine<boolean>): Suspended {
    return {
      resume: async () => {
        this.openSegment();
        this.taken(await this.waitQueue.wait(locking, Infinity));
      },
      resumeSync: () => {
        this.openSegment();
        this.taken(waitSync(this.thread.parker, locking(), Infinity));
      },
    };
  }

  /** @internal Notes whether it was taken over; `undefined` after a timeout. Returns whether it was taken. */
  protected override taken(tookOver: boolean | undefined): boolean {
    if (tookOver === undefined) return false;
    this.tookOver = tookOver;
    return true;
  }
}
