import type { Parker, Watch } from './parker.js';
import type { Waiting } from './wait-sync.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The callers of one thread that await the same thing, in the order they came.
 *
 * Only the first of them runs its algorithm; the others stand behind it, take part in nothing and cost nothing. So ten
 * thousand awaiting callers are one wait in shared memory, and are served in a row when their turn comes.
 */
export class Line {
  readonly #parker: Parker;
  readonly #callers = new Set<Caller>();
  #holdsLoop = true;

  constructor(parker: Parker) {
    this.#parker = parker;
  }

  /** Whether nobody stands here: a newcomer may try at once without overtaking anybody. */
  get isEmpty(): boolean {
    return this.#callers.size === 0;
  }

  /**
   * Runs the algorithm in its turn.
   *
   * @param timeout milliseconds, more than 0
   * @returns undefined if the time was over first
   * @throws the signal's reason if it was aborted first, and whatever the algorithm throws
   */
  wait<T>(begin: () => Waiting<T>, timeout: number, signal?: AbortSignal): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      const caller = new Caller(begin as () => Waiting<unknown>, resolve as (value: unknown) => void, reject);
      this.#callers.add(caller);
      if (timeout !== Infinity) this.#startTimer(caller, performance.now() + timeout);
      if (signal !== undefined) this.#listen(caller, signal);
      if (this.#callers.size === 1) this.#serve();
    });
  }

  /** Lets waits here keep the event loop alive: those that are pending, and later ones. They do from the start. */
  ref(): void {
    this.#holdsLoop = true;
    for (const caller of this.#callers) caller.hold(true);
  }

  /** Lets the process end although somebody waits here. */
  unref(): void {
    this.#holdsLoop = false;
    for (const caller of this.#callers) caller.hold(false);
  }

  /** Ends every wait with an error of its own, for an object that is being closed. */
  dismiss(newError: () => Error): void {
    for (const caller of [...this.#callers]) {
      this.#remove(caller);
      caller.abandon();
      caller.reject(newError());
    }
  }

  /** Lets callers run, one after the other, until one has to wait. */
  #serve(): void {
    for (const caller of this.#callers) {
      if (!this.#advance(caller)) return;
    }
  }

  /** Whether the caller is done and the next one may run. */
  #advance(caller: Caller): boolean {
    try {
      caller.waiting ??= caller.begin();
      let step = caller.waiting.next();
      while (step.done !== true) {
        caller.watch = this.#parker.watch(step.value, () => {
          caller.watch = undefined;
          this.#serve();
        });
        if (caller.watch !== undefined) {
          if (!this.#holdsLoop) caller.watch.unref();
          return false;
        }
        step = caller.waiting.next();
      }
      this.#remove(caller);
      caller.resolve(step.value);
    } catch (error) {
      this.#remove(caller);
      caller.reject(error);
    }
    return true;
  }

  #startTimer(caller: Caller, deadline: number): void {
    const left = deadline - performance.now();
    const timer = setTimeout(
      () => {
        if (performance.now() < deadline && left > LONGEST_TIMER_MS) this.#startTimer(caller, deadline);
        else this.#expire(caller);
      },
      Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
    );
    if (!this.#holdsLoop) timer.unref();
    caller.timer = timer;
  }

  /** Time is over: the first in line tries once more, since a wake may have come for it meanwhile. */
  #expire(caller: Caller): void {
    if (caller.waiting !== undefined) {
      caller.watch?.cancel();
      caller.watch = undefined;
      if (this.#tryOnceMore(caller)) return;
    }
    this.#remove(caller);
    caller.resolve(undefined);
    this.#serveIfIdle();
  }

  #tryOnceMore(caller: Caller): boolean {
    try {
      const step = (caller.waiting as Waiting<unknown>).next();
      if (step.done !== true) {
        caller.abandon();
        return false;
      }
      this.#remove(caller);
      caller.resolve(step.value);
    } catch (error) {
      this.#remove(caller);
      caller.reject(error);
    }
    this.#serveIfIdle();
    return true;
  }

  #listen(caller: Caller, signal: AbortSignal): void {
    const onAbort = (): void => {
      this.#remove(caller);
      caller.abandon();
      caller.reject(signal.reason);
      this.#serveIfIdle();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    caller.stopListening = () => {
      signal.removeEventListener('abort', onAbort);
    };
  }

  /** The first in line may have left while it was the only one that ran. */
  #serveIfIdle(): void {
    const [first] = this.#callers;
    if (first !== undefined && first.watch === undefined) this.#serve();
  }

  #remove(caller: Caller): void {
    this.#callers.delete(caller);
    clearTimeout(caller.timer);
    caller.stopListening?.();
  }
}

class Caller {
  readonly begin: () => Waiting<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  waiting: Waiting<unknown> | undefined;
  watch: Watch | undefined;
  timer: NodeJS.Timeout | undefined;
  stopListening: (() => void) | undefined;

  constructor(begin: () => Waiting<unknown>, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    this.begin = begin;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Gives the wait up; the algorithm takes back what it had announced. */
  abandon(): void {
    this.watch?.cancel();
    this.watch = undefined;
    this.waiting?.return(undefined);
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
