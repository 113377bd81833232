import { QueueShutDownError } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from './attach-proxy.js';
import { defineForms, defineWaitingForms } from './forms.js';
import type { Forms } from './forms.js';
import { ManagerProxy } from './manager-proxy.js';
import { methodView } from './method-view.js';
import type { MethodView } from './method-view.js';

/** What a queue can do without waiting. */
export interface QueueMethods {
  size(): number;
  empty(): boolean;
  full(): boolean;
  maxsize(): number;
  /** Lets nobody put any more; gets take what is left, unless `immediate` throws that away. */
  shutdown(options?: { readonly immediate?: boolean | undefined }): void;
}

/** What {@link QueueProxy} has in `sync`: the methods of a queue of this process, which block the thread. */
export interface QueueView<T> extends QueueMethods {
  put(item: T, options?: BlockOptions): void;
  putNowait(item: T): void;
  get(options?: BlockOptions): T;
  getNowait(): T;
  putMany(items: readonly T[], options?: BlockOptions): void;
  getMany(max: number, options?: BlockOptions): T[];
}

/** What a queue can do that may wait. */
export interface QueueWaits<T> {
  /** @throws {QueueFullError | QueueShutDownError} If there was no room in time, or never will be. */
  put(item: T, options?: WaitOptions): Promise<void>;
  putNowait(item: T): Promise<void>;
  /** @throws {QueueEmptyError | QueueShutDownError} If there was nothing in time, or never will be. */
  get(options?: WaitOptions): Promise<T>;
  getNowait(): Promise<T>;
  putMany(items: readonly T[], options?: WaitOptions): Promise<void>;
  /** Waits for the first only. */
  getMany(max: number, options?: WaitOptions): Promise<T[]>;
  putSync(item: T, options?: BlockOptions): void;
  putNowaitSync(item: T): void;
  getSync(options?: BlockOptions): T;
  getNowaitSync(): T;
  putManySync(items: readonly T[], options?: BlockOptions): void;
  getManySync(max: number, options?: BlockOptions): T[];
}

/** A queue in a manager, from afar. Fair. An item that was handed to a client goes with it if that ends. */
export type QueueProxy<T = unknown> = ManagerProxy &
  Forms<QueueMethods> &
  QueueWaits<T> &
  AsyncIterable<T> & {
    /** The same methods, which block the thread. */
    readonly sync: MethodView<QueueView<T>>;
  };

/** A queue in a manager that knows when all that was put has been dealt with. */
export type JoinableQueueProxy<T = unknown> = QueueProxy<T> & {
  /** An item has been dealt with. @throws {NotOwnedError} If there were not as many. */
  taskDone(): Promise<void>;
  taskDoneSync(): void;
  /** Waits until all have been dealt with. @returns false if the time was over first */
  join(options?: WaitOptions): Promise<boolean>;
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
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    for (;;) {
      let item: unknown;
      try {
        item = await this.call('get', [null]);
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
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
defineWaitingForms(Implementation.prototype, { put: 1, putMany: 1, get: 0, getMany: 1 });
defineForms(Joinable.prototype, ['taskDone']);
defineWaitingForms(Joinable.prototype, { join: 0 });

/** Queues in managers; made by {@link Manager.queue}. */
export const QueueProxy = Object.assign(Implementation, {
  attach: registerProxy('QueueProxy', (target) => new Implementation(target)) as unknown as <T = unknown>(
    handle: string,
  ) => QueueProxy<T>,
});

/** Queues in managers; made by {@link Manager.joinableQueue}. */
export const JoinableQueueProxy = Object.assign(Joinable, {
  attach: registerProxy('JoinableQueueProxy', (target) => new Joinable(target)) as unknown as <T = unknown>(
    handle: string,
  ) => JoinableQueueProxy<T>,
});
