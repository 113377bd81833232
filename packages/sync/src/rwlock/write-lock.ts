import { DeadlockError, NotOwnedError } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { LockView } from './lock-view.js';

/** The exclusive way to have an {@link RWLock}: one thread writes, and none reads meanwhile. */
export class WriteLock extends LockView {
  /** Whether a thread writes, even one that has died. May be out of date when it is read. */
  override get locked(): boolean {
    return this.viewed.open().writer !== 0;
  }

  /**
   * Gives it back, and lets all readers that wait go on, or one writer. Never waits.
   *
   * @throws {@link NotOwnedError} if this thread does not write. Nothing was changed.
   */
  override release(): void {
    if (this.viewed.open().stopWriting()) return;
    throw new NotOwnedError('This thread does not write: release() without a matching acquire(), or by another thread');
  }

  protected override tryTake(): boolean | undefined {
    return this.viewed.open().tryWrite();
  }

  protected override taking(): () => Coroutine<boolean> {
    const mutex = this.viewed.open();
    return () => mutex.writing();
  }

  protected override takeBeforeBlocking(timeout: number): undefined {
    if (timeout !== Infinity) return;
    const mutex = this.viewed.open();
    if (mutex.readsHere) {
      throw new DeadlockError(
        'This thread reads, and to write it would wait for itself for ever: release the read lock first. What was read may have changed then',
      );
    }
    if (mutex.isMine) {
      throw new DeadlockError('This thread writes already, or awaits its turn to, and would wait for itself for ever');
    }
  }
}
