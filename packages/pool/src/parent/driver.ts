import { blockThread, clock, ClosedError, LongTimer, WaitQueue, waitSync } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { Latch } from '@multiprocess/process';
import { PoolCore } from './pool-core.js';
import type { CheckedOptions } from './pool-options.js';
import type { Results } from '../wire/results.js';

/** How often a blocked thread looks for dead workers and for deadlines. */
const LOOK_EVERY_MS = 50;

// A wake-up costs as much as taking twenty results. So when results arrive one shortly after the other and more are to come,
// the thread sleeps for a moment after it has sent its tasks. Workers then need not wake it and can use its processor, and it
// takes their results together.
const FEW = 64;
const MANY = 32;
const RUSH_MS = 0.5;
const GATHER_MS = 0.05;

/**
 * Runs the state machine of a pool: from the event loop, which results wake, and inside calls that block the thread, while
 * no event loop runs.
 */
export class Driver {
  readonly core: PoolCore;
  readonly #results: Results;
  readonly #waitQueue: WaitQueue;
  readonly #rested = new Latch();
  /** Callers that await the end of the pool, or that no task waits: they hold the event loop. */
  #awaiting = 0;
  #stepQueued = false;
  #timer: LongTimer | undefined;
  #timerAt = Infinity;
  #holdsLoop = true;
  #drainedAt = 0;

  /** Starts the workers. @throws what {@link WorkerSet.fill} throws. Nothing is left then. */
  constructor(options: CheckedOptions, results: Results) {
    this.core = new PoolCore(options, results, this.schedule);
    this.#results = results;
    try {
      this.core.workerSet.fill(0);
    } catch (error) {
      this.core.workerSet.dismiss();
      results.close();
      throw error;
    }
    this.#waitQueue = new WaitQueue(results.parker);
    this.#updateRef();
    clock.queueMicrotask(() => void this.#pump()); // after the caller of the constructor has the driver
  }

  /** Runs a step after the current job, so that tasks that are submitted together are sent together. */
  readonly schedule = (): void => {
    if (this.#stepQueued) return;
    this.#stepQueued = true;
    clock.queueMicrotask(() => {
      this.#stepQueued = false;
      this.#step();
    });
  };

  #step(): void {
    this.core.flush();
    this.#updateRef();
    const next = this.core.tend();
    this.#note();
    if (this.core.isAtRest) this.#rest();
    if (this.core.isOver) this.#end();
    else if (next !== this.#timerAt) this.#setTimer(next);
  }

  /** Pending tasks keep the event loop alive; an idle pool does not. */
  #updateRef(): void {
    const holds = this.core.unsettled > 0 || this.#awaiting > 0;
    if (holds === this.#holdsLoop) return;
    this.#holdsLoop = holds;
    if (holds) this.#waitQueue.ref();
    else this.#waitQueue.unref();
  }

  #setTimer(next: number): void {
    this.#timer?.cancel();
    this.#timerAt = next;
    if (next === Infinity) return;
    const onTime = (): void => {
      this.#timerAt = Infinity;
      this.schedule();
    };
    this.#timer = new LongTimer(next - clock.now(), onTime).unref(); // pending tasks hold the loop
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const isRush = await this.#waitQueue.wait(() => this.#receiving(), Infinity);
        this.schedule();
        if (isRush === true) await letGather();
      }
    } catch (error) {
      if (!(error instanceof ClosedError)) this.core.fail(error); // else the pool is over
    }
  }

  /** Reads the clock before the callers of these results go on. */
  *#receiving(): Coroutine<boolean> {
    return this.#isRush(yield* this.core.receiver.receiving());
  }

  /** Whether few results arrive at a time, one shortly after the other. */
  #isRush(count: number): boolean {
    const before = this.#drainedAt;
    this.#drainedAt = clock.now();
    return count < FEW && this.core.unsettled >= MANY && this.#drainedAt - before < RUSH_MS;
  }

  /** Lets callers of `join` go on. An open input source may start workers again, which then stay for it. */
  #rest(): void {
    this.core.isAwaited = false;
    this.#rested.open();
  }

  #end(): void {
    this.#timer?.cancel();
    this.#waitQueue.dismiss(() => new ClosedError('The pool is over'));
    this.#results.close();
  }

  /** Waits until all workers have ended. */
  async join(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    this.core.isAwaited = !this.#rested.isOpen;
    return this.#holding(() => this.#rested.wait(timeout, signal));
  }

  /** Waits until no task waits for a worker. */
  drained(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#holding(() => this.core.capacity.drained(timeout, signal));
  }

  drainedSync(timeout: number): boolean {
    return this.block(() => this.core.capacity.isDrained, timeout);
  }

  async #holding(wait: () => Promise<boolean>): Promise<boolean> {
    this.#awaiting++;
    this.schedule();
    try {
      return await wait();
    } finally {
      this.#awaiting--;
      this.schedule();
    }
  }

  joinSync(timeout: number): boolean {
    if (this.#rested.isOpen) return true;
    this.core.isAwaited = true;
    if (!this.block(() => this.core.isAtRest, timeout)) return false;
    this.#rest();
    if (this.core.isOver) this.#end();
    return true;
  }

  /** Blocks the thread until `isDone`, doing the pool's work meanwhile. False after a timeout. */
  block(isDone: () => boolean, timeout: number): boolean {
    return this.core.decoder.whileBlocked(() => waitSync(this.#results.parker, this.#until(isDone), timeout) === true);
  }

  *#until(isDone: () => boolean): Coroutine<true> {
    let looked = clock.now();
    for (;;) {
      this.#advance();
      if (isDone()) return true;
      const waiting = this.core.receiver.receiving();
      try {
        for (let step = waiting.next(); step.done !== true; step = waiting.next()) {
          if (clock.now() - looked > LOOK_EVERY_MS) {
            looked = clock.now();
            this.core.lookForDeaths();
            this.#advance();
            if (isDone()) return true;
          }
          yield step.value;
        }
      } finally {
        waiting.return(undefined as never);
      }
    }
  }

  #advance(): void {
    this.core.receiver.drain();
    this.core.flush();
    this.core.tend();
    this.#note();
  }

  #note(): void {
    const { workers } = this.core.workerSet;
    let busy = 0;
    for (const { tasks } of workers) if (tasks.size > 0) busy++;
    this.#results.note({ count: workers.size, busy, tasks: this.core.unsettled });
  }
}

/** Blocks for a moment, after the callers of the results have run and their new tasks have been sent. */
function letGather(): Promise<void> {
  return new Promise((resolve) => {
    clock.setImmediate(() => {
      blockThread(GATHER_MS);
      resolve();
    });
  });
}
