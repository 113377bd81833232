import { DeadlockError, NotOwnedError } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { LockView } from './lock-view.js';

/** The shared way to have an {@link RWLock}: many threads may read at the same time, and none writes meanwhile. */
export class ReadLock extends LockView {
  /** Whether a living thread reads. May be out of date when it is read. */
  override get locked(): boolean {
    return this.viewed.open().readers > 0;
  }

  /**
   * Gives one share of this thread back. The last one lets a writer go on that waits. Never waits.
   *
   * @throws {@link NotOwnedError} if this thread does not read. Nothing was changed.
   */
  override release(): void {
    if (this.viewed.open().stopReading()) return;
    throw new NotOwnedError('This thread does not read: release() without a matching acquire(), or by another thread');
  }

  protected override tryTake(): boolean | undefined {
    const mutex = this.viewed.open();
    return mutex.tryRead() ? mutex.isAbandoned : undefined;
  }

  protected override taking(): () => Coroutine<boolean> {
    const mutex = this.viewed.open();
    const ticket = mutex.beginWait();
    return () => mutex.reading(ticket);
  }

  /** A thread that reads already joins itself: a writer that waits for it would otherwise keep it waiting. */
  protected override takeBeforeBlocking(timeout: number): boolean | undefined {
    const mutex = this.viewed.open();
    if (mutex.tryReadAgain()) return mutex.isAbandoned;
    if (timeout !== Infinity || !mutex.isMine) return undefined;
    throw new DeadlockError(
      'This thread writes, or awaits its turn to: to read as well, it would wait for itself for ever',
    );
  }
}
