import { clock } from '../base/clock.js';
import { LongTimer } from '../base/long-timer.js';
import { onAborted } from './on-aborted.js';
import type { GroupParker, WaitRequest, Watch } from './parker.js';
import { GRACE_MS } from './wait-sync.js';
import type { Coroutine } from './wait-sync.js';

/** Several algorithms that wait side by side until one of them has what it waits for. */
class Group {
  /** Which of them have finished. */
  readonly finished: boolean[];
  readonly #waitings: readonly Coroutine<unknown>[];

  constructor(waitings: readonly Coroutine<unknown>[]) {
    this.#waitings = waitings;
    this.finished = waitings.map(() => false);
  }

  get isOver(): boolean {
    return this.finished.includes(true);
  }

  /** Lets each of them look; returns what they wait for. */
  look(): WaitRequest[] {
    const pauses: WaitRequest[] = [];
    for (const [i, waiting] of this.#waitings.entries()) {
      const step = waiting.next();
      if (step.done === true) this.finished[i] = true;
      else pauses.push(step.value);
    }
    return pauses;
  }

  /** Ends those that go on waiting. */
  end(): void {
    for (const waiting of this.#waitings) waiting.return(undefined);
  }
}

/**
 * Runs algorithms side by side until at least one has finished, blocking the thread while all of them wait.
 *
 * @param timeout milliseconds; 0 tries each once, `Infinity` waits for ever
 * @returns which of them have finished: none if the time was over first
 */
export function waitAnySync(parker: GroupParker, waitings: readonly Coroutine<unknown>[], timeout: number): boolean[] {
  const deadline = clock.now() + timeout;
  const group = new Group(waitings);
  try {
    for (;;) {
      const pauses = group.look();
      if (group.isOver) break;
      const left = deadline - clock.now();
      const awaited = left > 0 ? pauses : pauses.filter((pause) => pause.brief);
      if (awaited.length === 0 || left <= -GRACE_MS) break;
      parker.pauseAny(awaited, left > 0 ? left : left + GRACE_MS);
    }
  } finally {
    group.end();
  }
  return group.finished;
}

/**
 * Like {@link waitAnySync}, but returns to the event loop, and keeps it alive meanwhile.
 *
 * @throws the signal's reason if it was aborted first, and whatever one of the algorithms throws
 */
export function waitAny(
  parker: GroupParker,
  waitings: readonly Coroutine<unknown>[],
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<boolean[]> {
  return new Promise((resolve, reject) => {
    new AnyWait(parker, waitings, timeout, signal, resolve, reject).go();
  });
}

/** One call of {@link waitAny}. */
class AnyWait {
  readonly #parker: GroupParker;
  readonly #group: Group;
  readonly #deadline: number;
  readonly #stopListening: () => void;
  readonly #resolve: (finished: boolean[]) => void;
  readonly #reject: (reason: unknown) => void;
  #watches: Watch[] = [];
  #timer: LongTimer | undefined;

  constructor(
    parker: GroupParker,
    waitings: readonly Coroutine<unknown>[],
    timeout: number,
    signal: AbortSignal | undefined,
    resolve: (finished: boolean[]) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#parker = parker;
    this.#group = new Group(waitings);
    this.#deadline = clock.now() + timeout;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stopListening = onAborted(signal, (reason) => {
      this.#end();
      this.#reject(reason);
    });
  }

  /** Looks until it is over, or there is something to wait for. */
  readonly go = (): void => {
    try {
      while (!this.#sleeps());
    } catch (error) {
      this.#end();
      this.#reject(error);
    }
  };

  /** Looks once. Returns whether that was all for now: it is over, or sleeps. */
  #sleeps(): boolean {
    this.#rest();
    const pauses = this.#group.look();
    const left = this.#deadline - clock.now();
    const awaited = left > 0 ? pauses : pauses.filter((pause) => pause.brief);
    if (this.#group.isOver || awaited.length === 0 || left <= -GRACE_MS) {
      this.#end();
      this.#resolve(this.#group.finished);
      return true;
    }
    const until = left > 0 ? left : left + GRACE_MS;
    if (until !== Infinity) this.#timer = new LongTimer(until, this.go);
    for (const pause of awaited) {
      const watch = this.#parker.watch(pause, this.go);
      if (watch === undefined) return false; // it is over already
      this.#watches.push(watch);
    }
    return true;
  }

  #rest(): void {
    this.#timer?.cancel();
    for (const watch of this.#watches) watch.cancel();
    this.#watches = [];
  }

  #end(): void {
    this.#rest();
    this.#stopListening();
    this.#group.end();
  }
}
