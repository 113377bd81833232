import { throwIfAborted } from '../base/built-ins.js';
import { LongTimer } from '../base/long-timer.js';
import { onAborted } from './on-aborted.js';
import { isOptional } from './parker.js';
import type { Parker, WaitRequest, Watch } from './parker.js';
import { step } from './steps.js';
import type { Steps } from './steps.js';
import { GRACE_MS, waitSync } from './wait-sync.js';
import type { Coroutine } from './wait-sync.js';
import { watchAtMost } from './watch-at-most.js';

/**
 * The callers of one thread that await the same object, in order of arrival.
 *
 * Only the first of them runs its algorithm; the others queue behind it and cost nothing. So ten thousand callers are one
 * wait in shared memory, and are served in a row.
 *
 * It does not use `settleOnce`: its closures would cost every `get()` of an empty queue, and most waits have neither a
 * timeout nor a signal.
 */
export class WaitQueue {
  readonly #parker: Parker;
  readonly #waiters = new Set<Waiter>();
  #holdsLoop = true;

  constructor(parker: Parker) {
    this.#parker = parker;
  }

  /** Whether no caller waits: a new one may try at once without overtaking another. */
  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  /**
   * Runs the algorithm in its turn.
   *
   * @param timeout milliseconds; with 0 it is tried once, as soon as its turn comes
   * @returns undefined after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first, and whatever the algorithm throws
   */
  wait<T>(begin: () => Coroutine<T>, timeout: number, signal?: AbortSignal): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      throwIfAborted(signal); // in a wait of several steps, it may have been aborted since the caller checked
      const waiter = new Waiter(begin, resolve as (value: unknown) => void, reject);
      this.#waiters.add(waiter);
      if (signal !== undefined) this.#listen(waiter, signal);
      if (this.#waiters.size === 1) this.#serve();
      if (timeout !== Infinity && this.#waiters.has(waiter)) this.#limit(waiter, timeout);
    });
  }

  /** A wait as a step of a call with two forms. The blocking one does not queue. */
  step<T>(begin: () => Coroutine<T>, timeout: number, signal: AbortSignal | undefined): Steps<T | undefined> {
    return step(
      () => this.wait(begin, timeout, signal),
      () => waitSync(this.#parker, begin(), timeout),
    );
  }

  /** Makes waits keep the event loop alive, pending and later ones, as they do from the start. */
  ref(): void {
    this.#holdsLoop = true;
    for (const waiter of this.#waiters) waiter.ref();
  }

  /** Lets the process end although callers wait. */
  unref(): void {
    this.#holdsLoop = false;
    for (const waiter of this.#waiters) waiter.unref();
  }

  /** Rejects every wait with a new error: the object is being closed. */
  dismiss(newError: () => Error): void {
    for (const waiter of [...this.#waiters]) {
      this.#remove(waiter);
      waiter.abandon();
      waiter.reject(newError());
    }
  }

  /** Runs callers, one after the other, until one has to wait. */
  #serve(): void {
    for (const waiter of this.#waiters) {
      if (!this.#advance(waiter)) return;
    }
  }

  /** Whether the caller is done and the next one may run. */
  #advance(waiter: Waiter): boolean {
    try {
      let step = waiter.next();
      while (step.done !== true) {
        if (!this.#waiters.has(waiter)) {
          waiter.abandon(); // what the algorithm called has ended this wait
          return true;
        }
        const isSkipped = waiter.isLate && isOptional(step.value);
        if (waiter.isLate && !step.value.brief && !isSkipped) {
          this.#giveUp(waiter);
          return true;
        }
        if (!isSkipped && this.#watch(waiter, step.value)) return false;
        step = waiter.next();
      }
      this.#remove(waiter);
      waiter.resolve(step.value);
    } catch (error) {
      this.#remove(waiter);
      waiter.reject(error);
    }
    return true;
  }

  /** Whether there is something to wait for: the request may be met already. */
  #watch(waiter: Waiter, request: WaitRequest): boolean {
    waiter.watch = watchAtMost(this.#parker, request, () => {
      waiter.watch = undefined;
      this.#serve();
    });
    if (!this.#holdsLoop) waiter.watch?.unref();
    return waiter.watch !== undefined;
  }

  /** Ends the wait after `timeout` milliseconds; with 0, now. */
  #limit(waiter: Waiter, timeout: number): void {
    if (timeout <= 0) {
      this.#expire(waiter);
      return;
    }
    waiter.timer = new LongTimer(timeout, () => this.#expire(waiter));
    if (!this.#holdsLoop) waiter.timer.unref();
  }

  /**
   * The time is over. A caller that has begun tries once more, since a wake may have come meanwhile, and may wait a moment
   * for a thread that needs some instructions only.
   */
  #expire(waiter: Waiter): void {
    waiter.watch?.cancel();
    waiter.watch = undefined;
    if (waiter.hasBegun && !waiter.isLate) {
      waiter.isLate = true;
      this.#limit(waiter, GRACE_MS);
      this.#serve();
    } else {
      this.#giveUp(waiter);
      this.#serveIfIdle();
    }
  }

  #giveUp(waiter: Waiter): void {
    this.#remove(waiter);
    waiter.abandon();
    waiter.resolve(undefined);
  }

  #listen(waiter: Waiter, signal: AbortSignal): void {
    waiter.stopListening = onAborted(signal, (reason) => {
      this.#remove(waiter);
      waiter.abandon();
      waiter.reject(reason);
      this.#serveIfIdle();
    });
  }

  /** The caller that ran may have left, so that the next one must run. */
  #serveIfIdle(): void {
    const [first] = this.#waiters;
    if (first !== undefined && first.watch === undefined && !first.isRunning) this.#serve();
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    waiter.timer?.cancel();
    waiter.stopListening?.();
  }
}

class Waiter {
  readonly begin: () => Coroutine<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  watch: Watch | undefined;
  timer: LongTimer | undefined;
  /** Its time is over: it only meets brief requests now. */
  isLate = false;
  stopListening: (() => void) | undefined;
  /** Whether its algorithm runs right now. Code that it calls may end the wait, but cannot end the algorithm. */
  isRunning = false;
  #coroutine: Coroutine<unknown> | undefined;

  constructor(begin: () => Coroutine<unknown>, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    this.begin = begin;
    this.resolve = resolve;
    this.reject = reject;
  }

  get hasBegun(): boolean {
    return this.#coroutine !== undefined;
  }

  /** Resumes the algorithm, or starts it. */
  next(): IteratorResult<WaitRequest, unknown> {
    this.isRunning = true;
    try {
      return (this.#coroutine ??= this.begin()).next();
    } finally {
      this.isRunning = false;
    }
  }

  /** Gives the wait up; the algorithm takes back its announcements. */
  abandon(): void {
    this.watch?.cancel();
    this.watch = undefined;
    if (!this.isRunning) this.#coroutine?.return(undefined);
  }

  ref(): void {
    this.watch?.ref();
    this.timer?.ref();
  }

  unref(): void {
    this.watch?.unref();
    this.timer?.unref();
  }
}
