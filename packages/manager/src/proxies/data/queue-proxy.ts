import { untilEnd } from '@multiprocess/serialization';
import { QueueShutDownError } from '@multiprocess/shared-memory';
import type { BlockOptions, QueueMethods, StoreJoinableWaits, StoreQueueWaits } from '@multiprocess/shared-memory';
import { registerProxy } from '../attach-proxy.js';
import { defineForms, defineWaitingForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What {@link QueueProxy} has in `sync`: the methods of a queue of this process, which block the thread. */
export interface QueueView<T> extends QueueMethods {
  /** Puts a copy of the item at the end, waiting for room. Throws what {@link QueueWaits.put} throws. */
  put(item: T, options?: BlockOptions): void;
  /** Like {@link put}, but never waits for room. */
  putNowait(item: T): void;
  /** Takes the oldest item, waiting for one. Throws what {@link QueueWaits.get} throws. */
  get(options?: BlockOptions): T;
  /** Like {@link get}, but never waits for an item. */
  getNowait(): T;
  /** Puts copies of all the items, in order, as there is room. Throws what {@link QueueWaits.putMany} throws. */
  putMany(items: readonly T[], options?: BlockOptions): void;
  /** Takes what is there, up to `max` items; waits for the first only. Throws what {@link QueueWaits.get} throws. */
  getMany(max: number, options?: BlockOptions): T[];
  /** Waits until everything that is in the queue now has been taken, or thrown away. @returns false after a timeout */
  drained(options?: BlockOptions): boolean;
}

/** What a queue can do that may wait. Forms with `Sync` behind their name block the thread until the server has answered. */
export interface QueueWaits<T> extends StoreQueueWaits<T> {
  /** Like {@link put}, but blocks the thread. */
  putSync(item: T, options?: BlockOptions): void;
  /** Like {@link putNowait}, but blocks the thread until the server has answered. */
  putNowaitSync(item: T): void;
  /** Like {@link get}, but blocks the thread. */
  getSync(options?: BlockOptions): T;
  /** Like {@link getNowait}, but blocks the thread until the server has answered. */
  getNowaitSync(): T;
  /** Like {@link putMany}, but blocks the thread. */
  putManySync(items: readonly T[], options?: BlockOptions): void;
  /** Like {@link getMany}, but blocks the thread. */
  getManySync(max: number, options?: BlockOptions): T[];
  /** Like {@link drained}, but blocks the thread. */
  drainedSync(options?: BlockOptions): boolean;
}

/** A queue in a manager. Fair. An item that was handed to a client that ends is lost. */
export type QueueProxy<T = unknown> = ManagerProxy &
  Forms<QueueMethods> &
  QueueWaits<T> &
  AsyncIterable<T> & {
    /** The same methods, which block the thread. */
    readonly sync: MethodView<QueueView<T>>;
  };

/** A queue in a manager that knows when everything that was put has been processed. */
export type JoinableQueueProxy<T = unknown> = QueueProxy<T> &
  StoreJoinableWaits & {
    /** Like `taskDone`, but blocks the thread until the server has answered. */
    taskDoneSync(): void;
    /** Like `join`, but blocks the thread. */
    joinSync(options?: BlockOptions): boolean;
  };

class Implementation extends ManagerProxy {
  protected readonly kind: string = 'QueueProxy';

  get sync(): MethodView<QueueView<unknown>> {
    return methodView<QueueView<unknown>>(this);
  }

  async putNowait(item: unknown): Promise<void> {
    await this.call('put', [item, 0]);
  }

  putNowaitSync(item: unknown): void {
    this.callSync('put', [item, 0]);
  }

  getNowait(): Promise<unknown> {
    return this.call('get', [0]);
  }

  getNowaitSync(): unknown {
    return this.callSync('get', [0]);
  }

  /** Takes items until the queue is shut down and empty. */
  [Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    return untilEnd(
      () => this.call('get', [null]),
      (error) => error instanceof QueueShutDownError,
    );
  }
}

class Joinable extends Implementation {
  protected override readonly kind = 'JoinableQueueProxy';
}

defineForms(Implementation.prototype, [
  'size',
  'empty',
  'full',
  'maxsize',
  'shutdown',
] satisfies (keyof QueueMethods)[]);
defineWaitingForms(Implementation.prototype, { put: 1, putMany: 1, get: 0, getMany: 1, drained: 0 });
defineForms(Joinable.prototype, ['taskDone']);
defineWaitingForms(Joinable.prototype, { join: 0 });

/** Queues in managers; made by {@link Manager.queue}. */
export const QueueProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('QueueProxy', Implementation) as unknown as <T = unknown>(handle: string) => QueueProxy<T>,
});

/** Queues in managers; made by {@link Manager.joinableQueue}. */
export const JoinableQueueProxy = Object.assign(Joinable, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('JoinableQueueProxy', Joinable) as unknown as <T = unknown>(
    handle: string,
  ) => JoinableQueueProxy<T>,
});
