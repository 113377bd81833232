import { ClosedError, WaitQueue, LongTimer, blockThread, clock, waitSync } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { Latch } from '@multiprocess/process';
import type { PoolCore } from './pool-core.js';
import type { Results } from '../wire/results.js';

/** How often a thread that blocks looks for workers that have died, and for what is due. */
const LOOK_EVERY_MS = 50;

// To be woken by a result, or to find it while looking for it, costs as much as to take twenty of them. So where they come in
// a rush, and there are more to come, the thread sleeps for a moment after it has sent what there is to send: workers do
// not have to wake it then, may have its processor, and it takes what they have done together.
const FEW = 64;
const MANY = 32;
const RUSH_MS = 0.5;
const GATHER_MS = 0.05;

/**
 * Lets a pool's work go on: from the event loop, which is woken by results, and within calls that block the thread,
 * when no event loop runs.
 */
export class Driver {
  readonly #core: PoolCore;
  readonly #results: Results;
  readonly #line: WaitQueue;
  readonly #rested = new Latch(() => undefined);
  #joining = 0;
  #stepQueued = false;
  #timer: LongTimer | undefined;
  #timerAt = Infinity;
  #holdsLoop = true;
  #drainedAt = 0;

  constructor(core: PoolCore, results: Results) {
    this.#core = core;
    this.#results = results;
    this.#line = new WaitQueue(results.parker);
    this.#hold();
    clock.queueMicrotask(() => void this.#pump()); // not before whoever makes this has it
  }

  /** There is something to do: it is done when whoever runs now has finished, so that tasks go together. */
  readonly schedule = (): void => {
    if (this.#stepQueued) return;
    this.#stepQueued = true;
    clock.queueMicrotask(() => {
      this.#stepQueued = false;
      this.#step();
    });
  };

  #step(): void {
    this.#core.flush();
    this.#hold();
    const next = this.#core.tend();
    if (this.#core.isAtRest) this.#rest();
    if (this.#core.isOver) this.#end();
    else if (next !== this.#timerAt) this.#setTimer(next);
  }

  /** What is pending keeps the event loop alive, an idle pool does not. */
  #hold(): void {
    const holds = this.#core.unsettled > 0 || this.#joining > 0;
    if (holds === this.#holdsLoop) return;
    this.#holdsLoop = holds;
    if (holds) this.#line.ref();
    else this.#line.unref();
  }

  #setTimer(next: number): void {
    this.#timer?.cancel();
    this.#timerAt = next;
    if (next === Infinity) return;
    const onTime = (): void => {
      this.#timerAt = Infinity;
      this.schedule();
    };
    this.#timer = new LongTimer(next - clock.now(), onTime).unref(); // whoever waits for a result holds the loop
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const isRush = await this.#line.wait(() => this.#receiving(), Infinity);
        this.schedule();
        if (isRush === true) await letGather();
      }
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error; // it is over
    }
  }

  /** Looks at the clock before those go on whose results these are. */
  *#receiving(): Coroutine<boolean> {
    return this.#isRush(yield* this.#core.receiving());
  }

  /** Whether results come one after the other, each of which would cost as much as many of them together. */
  #isRush(count: number): boolean {
    const before = this.#drainedAt;
    this.#drainedAt = clock.now();
    return count < FEW && this.#core.unsettled >= MANY && this.#drainedAt - before < RUSH_MS;
  }

  /** Everybody who waits for that goes on. A feed that is left may have workers again, which then stay for it. */
  #rest(): void {
    this.#core.isAwaited = false;
    this.#rested.open();
  }

  #end(): void {
    this.#timer?.cancel();
    this.#line.dismiss(() => new ClosedError('The pool is over'));
    this.#results.close();
  }

  /** Waits until all workers have ended. */
  async join(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    this.#joining++;
    this.#core.isAwaited = !this.#rested.isOpen;
    this.schedule();
    try {
      return await this.#rested.wait(timeout, signal);
    } finally {
      this.#joining--;
      this.schedule();
    }
  }

  joinSync(timeout: number): boolean {
    if (this.#rested.isOpen) return true;
    this.#core.isAwaited = true;
    if (!this.block(() => this.#core.isAtRest, timeout)) return false;
    this.#rest();
    if (this.#core.isOver) this.#end();
    return true;
  }

  /** Blocks the thread until `isDone`, doing the pool's work meanwhile. Returns false if the time was over first. */
  block(isDone: () => boolean, timeout: number): boolean {
    return this.#core.whileBlocked(() => waitSync(this.#results.parker, this.#until(isDone), timeout) === true);
  }

  *#until(isDone: () => boolean): Coroutine<true> {
    let looked = clock.now();
    for (;;) {
      this.#advance();
      if (isDone()) return true;
      const waiting = this.#core.receiving();
      try {
        for (let step = waiting.next(); step.done !== true; step = waiting.next()) {
          if (clock.now() - looked > LOOK_EVERY_MS) {
            looked = clock.now();
            this.#core.lookForDeaths();
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
    this.#core.drain();
    this.#core.flush();
    this.#core.tend();
  }
}

/** After all that wants to run now has run, which may submit tasks, and these have been sent. */
function letGather(): Promise<void> {
  return new Promise((resolve) => {
    clock.setImmediate(() => {
      blockThread(GATHER_MS);
      resolve();
    });
  });
}
