import {
  checkBoolean,
  checkInteger,
  checkOptions,
  listOf,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  within,
} from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import { letGo } from '../let-go.js';
import { afterWait, Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';
import type { Operation } from '../operation-object.js';

/** A first-in, first-out queue. Fair on both sides. Items that were handed to a client that ends are lost. */
export class ManagedQueue extends OperationObject {
  readonly proxy: string = 'QueueProxy';
  readonly #maxsize: number;
  readonly #items: unknown[] = [];
  readonly #putters = new Waiters();
  readonly #getters = new Waiters();
  /** Calls that wait until the items that were there when they came have been taken. */
  readonly #drains = new Waiters();
  /** How many items were ever put, and taken or thrown away. */
  #put = 0;
  #taken = 0;
  #shut = false;

  constructor(options: { readonly maxsize?: unknown } = {}) {
    super();
    const { maxsize = 0 } = options;
    this.#maxsize = checkInteger('maxsize', maxsize, { unit: 'items' });
  }

  protected readonly operations: Readonly<Record<string, Operation>> = {
    put: (call, item, timeout) => this.#putMany(call, [item], waitOf(timeout)),
    putMany: (call, items, timeout) => this.#putMany(call, listOf('items', items), waitOf(timeout)),
    get: (call, timeout) => afterWait(this.#get(call, 1, timeout), (items) => items?.[0]),
    getMany: (call, max, timeout) => this.#get(call, checkInteger('max', max, { min: 1, unit: 'items' }), timeout),
    drained: (call, timeout) => this.#drained(call, timeout),
    size: () => this.#items.length,
    empty: () => this.#items.length === 0,
    full: () => this.#maxsize !== 0 && this.#items.length >= this.#maxsize,
    maxsize: () => this.#maxsize,
    shutdown: (_call, options) => {
      this.#shutDown(options);
    },
  };

  /** A number of items has been put, or thrown away if it is negative. */
  protected noteItems?(count: number): void;

  #putMany(call: Call, items: unknown[], timeout: number | null): unknown {
    let put = 0;
    const outcome = this.#putters.wait(call, timeout, () => {
      if (this.#shut) return 'shut';
      const before = put;
      while (put < items.length && !this.#isFull()) this.#items.push(items[put++]);
      if (put > before) {
        this.#put += put - before;
        this.noteItems?.(put - before);
        this.#getters.serve();
      }
      return put === items.length ? 'put' : undefined;
    });
    return afterWait(outcome, (how) => {
      if (how !== 'put') letGo(items.slice(put));
      if (how === 'shut') throw new QueueShutDownError('The queue has been shut down: nothing more can be put');
      if (how === undefined) throw new QueueFullError(`The queue had no room${within(Number(timeout))}`, put);
    });
  }

  #get(call: Call, max: number, timeout: unknown): unknown[] | Promise<unknown[]> {
    const outcome = this.#getters.wait(call, waitOf(timeout), () => {
      if (this.#items.length === 0) return this.#shut ? 'shut' : undefined;
      const items = this.#items.splice(0, max);
      this.#noteTaken(items.length);
      this.#putters.serve();
      return items;
    });
    return afterWait(outcome, (items) => {
      if (items === undefined) throw new QueueEmptyError(`The queue had no item${within(Number(timeout))}`);
      if (items === 'shut') throw new QueueShutDownError('The queue has been shut down and is empty');
      return items;
    }) as unknown[] | Promise<unknown[]>;
  }

  #shutDown(options: unknown): void {
    const { immediate = false } = checkOptions(
      (options ?? {}) as { readonly immediate?: unknown },
      '{ immediate: true }',
      ['immediate'],
    );
    checkBoolean('immediate', immediate);
    this.#shut = true;
    if (immediate === true) {
      const thrownAway = this.#items.splice(0);
      letGo(thrownAway);
      this.#noteTaken(thrownAway.length);
      this.noteItems?.(-thrownAway.length);
    }
    this.#getters.serve();
    this.#putters.serve();
  }

  /** Calls are served in order, which is also the order in which their conditions come true. */
  #drained(call: Call, timeout: unknown): unknown {
    const put = this.#put;
    return this.#drains.succeed(call, waitOf(timeout), () => this.#taken >= put);
  }

  #noteTaken(count: number): void {
    this.#taken += count;
    this.#drains.serve();
  }

  #isFull(): boolean {
    return this.#maxsize !== 0 && this.#items.length >= this.#maxsize;
  }
}

/** A queue that knows when everything that was put has been processed. */
export class ManagedJoinableQueue extends ManagedQueue {
  override readonly proxy = 'JoinableQueueProxy';
  readonly #joiners = new Waiters();
  #unfinished = 0;

  override invoke(method: string, args: readonly unknown[], call: Call): unknown {
    if (method === 'taskDone') {
      this.#taskDone();
      return;
    }
    if (method === 'join') return this.#joiners.succeed(call, waitOf(args[0]), () => this.#unfinished === 0);
    return super.invoke(method, args, call);
  }

  protected override noteItems(count: number): void {
    this.#unfinished += count;
    if (this.#unfinished === 0) this.#joiners.serve();
  }

  #taskDone(): void {
    if (this.#unfinished === 0) throw new RangeError('taskDone() was called more often than items were put');
    this.noteItems(-1);
  }
}
