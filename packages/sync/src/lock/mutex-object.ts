import type { Description, ObjectMemory, OwnerDescription, Thread } from '@multiprocess/shared-memory';
import { Acquirable } from '../object/acquirable.js';
import type { Suspendable, Suspended } from '../object/suspendable.js';

/** What the locks share: all but who of a thread has it, and so how it is taken and given back. */
export abstract class MutexObject<M extends { readonly owner: number }> extends Acquirable implements Suspendable {
  /** @internal */
  protected readonly thread: Thread;
  /** @internal */
  protected readonly mutex: M;
  /** @internal Whether the last acquire through this object took it from a dead holder. */
  protected tookOver = false;

  constructor(memory: ObjectMemory, mutex: M) {
    super(memory);
    this.thread = memory.thread;
    this.mutex = mutex;
  }

  /** Whether somebody holds it, who may have died meanwhile. May be out of date when it is read. */
  get locked(): boolean {
    this.openSegment();
    return this.mutex.owner !== 0;
  }

  /** Whose thread holds it; undefined if nobody does, or the holder has died. */
  get owner(): OwnerDescription | undefined {
    this.openSegment();
    return this.thread.describe(this.mutex.owner);
  }

  /**
   * Whether the last acquire through this object (of an `RLock`: the last that was no re-entry) took the lock over from a
   * holder that had died: what it protects may be half-changed.
   */
  get ownerDied(): boolean {
    return this.tookOver;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { locked: this.locked, owner: this.owner };
  }

  /** @internal */
  abstract checkHeld(): void;

  /** @internal */
  abstract suspend(): Suspended;

  /** @internal Notes how it was taken; `undefined` if the time was over first. */
  protected taken(tookOver: boolean | undefined): boolean {
    if (tookOver === undefined) return false;
    this.tookOver = tookOver;
    return true;
  }
}
