import { blockingTimeoutOf, signalOf, timeoutOf, waitSync } from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Description,
  ObjectMemory,
  Parker,
  WaitOptions,
  Coroutine,
} from '@multiprocess/shared-memory';
import { Acquirable } from '../object/acquirable.js';

/** Permits over words: how many are free, and how to take one. */
export interface Permits {
  readonly free: number;
  tryTake(): boolean;
  taking(): Coroutine<true>;
}

/** What both semaphores share. They differ in whether a permit has an owner. */
export abstract class PermitObject<P extends Permits> extends Acquirable {
  /** @internal */
  protected readonly permits: P;
  readonly #parker: Parker;

  constructor(memory: ObjectMemory, permits: P) {
    super(memory);
    this.#parker = memory.thread.parker;
    this.permits = permits;
  }

  /** How many permits are free. May be out of date when it is read. */
  get value(): number {
    this.openSegment();
    return this.permits.free;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { value: this.value };
  }

  /** Takes a permit if one is free. Never waits. */
  override tryAcquire(): boolean {
    this.openSegment();
    return this.permits.tryTake();
  }

  /**
   * Takes a permit, waiting until one is free.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {ClosedError} If it is closed here, also during the wait.
   * @throws the signal's reason if it was aborted; nothing was taken
   */
  override async acquire(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    if ((this.waitQueue.isEmpty || timeout === 0) && this.permits.tryTake()) return true;
    if (timeout === 0) return false;
    return (await this.waitQueue.wait(() => this.permits.taking(), timeout, signal)) === true;
  }

  /** Like {@link acquire}, but blocks the thread, and with it the event loop. */
  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : blockingTimeoutOf(options);
    if (this.permits.tryTake()) return true;
    return timeout !== 0 && waitSync(this.#parker, this.permits.taking(), timeout) === true;
  }
}
