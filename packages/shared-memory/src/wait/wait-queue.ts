import { throwIfAborted } from '../base/built-ins.js';
import { LongTimer } from '../base/long-timer.js';
import { onAborted } from './on-aborted.js';
import type { Parker, WaitRequest, Watch } from './parker.js';
import { GRACE_MS } from './wait-sync.js';
import type { Coroutine } from './wait-sync.js';

/**
 * The callers of one thread that await the same object, in order of arrival.
 *
 * Only the first of them runs its algorithm; the others queue behind it and cost nothing. So ten thousand callers are one
 * wait in shared memory, and are served in a row.
 *
 * It does not use `settleOnce`: its closures would cost every `get()` of an empty queue, and most waits have neither a
 * time-out nor a signal.
 */
export class WaitQueue {
  readonly #parker: Parker;
  readonly #callers = new Set<Caller>();
  #holdsLoop = true;

  constructor(parker: Parker) {
    this.#parker = parker;
  }

  /** Whether no caller waits: a new one may try at once without overtaking another. */
  get isEmpty(): boolean {
    return this.#callers.size === 0;
  }

  /**
   * Runs the algorithm in its turn.
   *
   * @param timeout milliseconds; with 0 it is tried once, as soon as its turn comes
   * @returns undefined if the time was over first
   * @throws the signal's reason if it was aborted first, and whatever the algorithm throws
   */
  wait<T>(begin: () => Coroutine<T>, timeout: number, signal?: AbortSignal): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      throwIfAborted(signal); // in a wait of several steps, it may have been aborted since the caller checked
      const caller = new Caller(begin, resolve as (value: unknown) => void, reject);
      this.#callers.add(caller);
      if (signal !== undefined) this.#listen(caller, signal);
      if (this.#callers.size === 1) this.#serve();
      if (timeout !== Infinity && this.#callers.has(caller)) this.#limit(caller, timeout);
    });
  }

  /** Makes waits keep the event loop alive, pending and later ones, as they do from the start. */
  ref(): void {
    this.#holdsLoop = true;
    for (const caller of this.#callers) caller.hold(true);
  }

  /** Lets the process end although callers wait. */
  unref(): void {
    this.#holdsLoop = false;
    for (const caller of this.#callers) caller.hold(false);
  }

  /** Rejects every wait with a new error: the object is being closed. */
  dismiss(newError: () => Error): void {
    for (const caller of [...this.#callers]) {
      this.#remove(caller);
      caller.abandon();
      caller.reject(newError());
    }
  }

  /** Runs callers, one after the other, until one has to wait. */
  #serve(): void {
    for (const caller of this.#callers) {
      if (!this.#advance(caller)) return;
    }
  }

  /** Whether the caller is done and the next one may run. */
  #advance(caller: Caller): boolean {
    try {
      let step = caller.next();
      while (step.done !== true) {
        if (!this.#callers.has(caller)) {
          caller.abandon(); // what the algorithm called has ended this wait
          return true;
        }
        if (caller.isLate && !step.value.brief) {
          this.#giveUp(caller);
          return true;
        }
        if (this.#watch(caller, step.value)) return false;
        step = caller.next();
      }
      this.#remove(caller);
      caller.resolve(step.value);
    } catch (error) {
      this.#remove(caller);
      caller.reject(error);
    }
    return true;
  }

  /** Whether there is something to wait for: the request may be met already. */
  #watch(caller: Caller, request: WaitRequest): boolean {
    caller.watch = this.#parker.watch(request, () => {
      caller.watch = undefined;
      this.#serve();
    });
    if (!this.#holdsLoop) caller.watch?.unref();
    return caller.watch !== undefined;
  }

  /** Ends the wait after `timeout` milliseconds; with 0, now. */
  #limit(caller: Caller, timeout: number): void {
    if (timeout <= 0) {
      this.#expire(caller);
      return;
    }
    caller.timer = new LongTimer(timeout, () => this.#expire(caller));
    if (!this.#holdsLoop) caller.timer.unref();
  }

  /**
   * The time is over. A caller that has begun tries once more, since a wake may have come meanwhile, and may wait a moment
   * for a thread that needs some instructions only.
   */
  #expire(caller: Caller): void {
    caller.watch?.cancel();
    caller.watch = undefined;
    if (caller.hasBegun && !caller.isLate) {
      caller.isLate = true;
      this.#limit(caller, GRACE_MS);
      this.#serve();
    } else {
      this.#giveUp(caller);
      this.#serveIfIdle();
    }
  }

  #giveUp(caller: Caller): void {
    this.#remove(caller);
    caller.abandon();
    caller.resolve(undefined);
  }

  #listen(caller: Caller, signal: AbortSignal): void {
    caller.stopListening = onAborted(signal, (reason) => {
      this.#remove(caller);
      caller.abandon();
      caller.reject(reason);
      this.#serveIfIdle();
    });
  }

  /** The caller that ran may have left, so that the next one must run. */
  #serveIfIdle(): void {
    const [first] = this.#callers;
    if (first !== undefined && first.watch === undefined && !first.isRunning) this.#serve();
  }

  #remove(caller: Caller): void {
    this.#callers.delete(caller);
    caller.timer?.cancel();
    caller.stopListening?.();
  }
}

class Caller {
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

  hold(loop: boolean): void {
    if (loop) {
      this.watch?.ref();
      this.timer?.ref();
    } else {
      this.watch?.unref();
      this.timer?.unref();
    }
  }
}
