import { AcquirableProxy } from './acquirable-proxy.js';
import type { AcquirableView } from './acquirable-proxy.js';
import { registerProxy } from '../attach-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What {@link LockProxy.sync} has. */
export interface LockView extends AcquirableView {
  /** Whether it is held. */
  locked(): boolean;
  /** Whether the holder, or the last one, got it from a client that ended while it held it. */
  ownerDied(): boolean;
}

/**
 * A lock in a manager; made by {@link Manager.lock}. Excludes programs on several machines from each other.
 *
 * Fair, not reentrant; any client may release it. A client that ends, for whatever reason, does not keep it: the next one has it
 * at once, or within 200 ms where only the kernel knows of the end.
 */
export class LockProxy extends AcquirableProxy {
  protected readonly kind: string = 'LockProxy';

  /** @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  static attach(handle: string): LockProxy {
    return attachLock(handle);
  }

  /** The same methods, which block the thread. */
  get sync(): MethodView<LockView> {
    return methodView<LockView>(this);
  }

  override async release(): Promise<void> {
    await this.call('release', []);
  }

  override releaseSync(): void {
    this.callSync('release', []);
  }

  /** Whether it is held. */
  async locked(): Promise<boolean> {
    return (await this.call('locked', [])) as boolean;
  }

  /** Like {@link locked}, but blocks the thread until the server has answered. */
  lockedSync(): boolean {
    return this.callSync('locked', []) as boolean;
  }

  /** Whether the holder, or the last one, got it from a client that ended while it held it: what it protects may be half-changed. */
  async ownerDied(): Promise<boolean> {
    return (await this.call('ownerDied', [])) as boolean;
  }

  /** Like {@link ownerDied}, but blocks the thread until the server has answered. */
  ownerDiedSync(): boolean {
    return this.callSync('ownerDied', []) as boolean;
  }
}

const attachLock = registerProxy('LockProxy', LockProxy);
