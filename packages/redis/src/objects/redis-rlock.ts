import { NotOwnedError } from '@multiprocess/shared-memory';
import type { WaitOptions } from '@multiprocess/shared-memory';
import { LockContext } from '@multiprocess/sync';
import { lostError } from '../store/hold.js';
import type { Hold } from '../store/hold.js';
import { registerObject } from './attach-object.js';
import { RedisLock } from './redis-lock.js';

/**
 * A lock on Redis, made by {@link RedisStore.rlock}, that its owner may take again: the async context that goes on after
 * `await acquire()`, by the rules of `RLock`. Taking it again asks no server.
 */
export class RedisRLock extends RedisLock {
  protected override readonly kind: string = 'RLock';

  /** @throws {@link HandleError} if it stands for something else. */
  static override attach(handle: string): RedisRLock {
    return attachRLock(handle);
  }

  override acquire(options?: WaitOptions): Promise<boolean> {
    return this.context.take((context) => this.#enter(context, options), options);
  }

  override async release(): Promise<void> {
    this.checkOpen();
    const { state } = this;
    const context = this.context.leave();
    if (state.times === 0 || context !== state.holdingContext) throw notOwned();
    if (--state.times > 0) return;
    state.holdingContext = undefined;
    if (state.hold === undefined) throw lostError();
    await super.giveBack(state.hold);
  }

  /** @internal */
  protected get context(): LockContext {
    return (this.state.context ??= new LockContext());
  }

  /** As often as it was taken. */
  protected override giveBack(): Promise<void> {
    return this.release();
  }

  /** The hold, if the caller has it. @throws {@link NotOwnedError} if not. @internal */
  protected checkHeld(what: string): Hold {
    const { hold, holdingContext, times } = this.state;
    if (times === 0 || holdingContext !== this.context.current) {
      throw new NotOwnedError(`${what} needs the lock, which the caller does not hold: acquire it first`);
    }
    if (hold === undefined || hold.isLost) throw lostError();
    return hold;
  }

  /** Takes it for the context that has given it back for a while. @internal */
  protected async takeAgain(): Promise<void> {
    await this.take(undefined);
  }

  async #enter(context: number, options: WaitOptions | undefined): Promise<boolean> {
    const { state } = this;
    if (state.times > 0 && state.holdingContext === context) {
      state.times++;
      return true;
    }
    if (!(await this.take(options))) return false;
    state.holdingContext = context;
    state.times = 1;
    return true;
  }
}

function notOwned(): NotOwnedError {
  return new NotOwnedError(
    'The caller does not hold this lock: release() without a matching acquire(), or not by its owner',
  );
}

const attachRLock = registerObject('RLock', RedisRLock);
