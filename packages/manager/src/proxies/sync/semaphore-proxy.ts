import { checkInteger } from '@multiprocess/shared-memory';
import { AcquirableProxy } from './acquirable-proxy.js';
import type { AcquirableView } from './acquirable-proxy.js';
import { registerProxy } from '../attach-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What {@link SemaphoreProxy.sync} has. */
export interface SemaphoreView extends AcquirableView {
  /** Gives back `n` permits, by default one. */
  release(n?: number): void;
  /** How many permits are free. */
  value(): number;
}

/** Permits in a manager; made by {@link Manager.semaphore}. Fair. They have no owners: permits of clients that end are lost. */
export class SemaphoreProxy extends AcquirableProxy {
  protected readonly kind: string = 'SemaphoreProxy';

  /** @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  static attach(handle: string): SemaphoreProxy {
    return attachSemaphore(handle);
  }

  /** The same methods, which block the thread. */
  get sync(): MethodView<SemaphoreView> {
    return methodView<SemaphoreView>(this);
  }

  override async release(n = 1): Promise<void> {
    await this.call('release', [checkInteger('n', n, { min: 1 })]);
  }

  override releaseSync(n = 1): void {
    this.callSync('release', [checkInteger('n', n, { min: 1 })]);
  }

  /** How many permits are free. */
  async value(): Promise<number> {
    return (await this.call('value', [])) as number;
  }

  /** Like {@link value}, but blocks the thread until the server has answered. */
  valueSync(): number {
    return this.callSync('value', []) as number;
  }
}

/** Permits in a manager, never more than at first; made by {@link Manager.boundedSemaphore}. Those of clients that end come back. */
export class BoundedSemaphoreProxy extends SemaphoreProxy {
  protected override readonly kind = 'BoundedSemaphoreProxy';

  /** @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  static override attach(handle: string): BoundedSemaphoreProxy {
    return attachBounded(handle);
  }
}

const attachSemaphore = registerProxy('SemaphoreProxy', SemaphoreProxy);
const attachBounded = registerProxy('BoundedSemaphoreProxy', BoundedSemaphoreProxy);
