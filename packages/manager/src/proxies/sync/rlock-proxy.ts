import { checkBlockingTimeout } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from '../attach-proxy.js';
import { wireTimeout } from '../forms.js';
import { LockContext } from '@multiprocess/sync';
import { LockProxy } from './lock-proxy.js';

/**
 * A lock in a manager, made by {@link Manager.rlock}, that its owner may take again: the async context that goes on after `await acquire()`, or the
 * thread for what blocks, by the rules of `RLock`.
 */
export class RLockProxy extends LockProxy {
  protected override readonly kind: string = 'RLockProxy';
  /** @internal */
  protected readonly context = new LockContext();

  /** @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  static override attach(handle: string): RLockProxy {
    return attachRLock(handle);
  }

  override acquire(options?: WaitOptions): Promise<boolean> {
    return this.context.take((context) => this.acquiring(options, [context]), options);
  }

  protected override own(): void {
    this.context.own();
  }

  override acquireSync(options?: BlockOptions): boolean {
    const timeout = wireTimeout(checkBlockingTimeout(options));
    return this.context.takeSync((context) => this.callSync('acquire', [timeout, context]));
  }

  override async release(): Promise<void> {
    await this.call('release', [this.context.leave()]);
  }

  override releaseSync(): void {
    this.callSync('release', [this.context.leave()]);
  }
}

const attachRLock = registerProxy('RLockProxy', RLockProxy);
