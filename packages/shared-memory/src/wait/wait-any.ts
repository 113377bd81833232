import { clock } from '../base/clock.js';
import { LongTimer } from '../base/long-timer.js';
import { isOptional, limitOf } from './parker.js';
import type { GroupParker, WaitRequest, Watch } from './parker.js';
import { settleOnce } from './settle-once.js';
import type { Settling } from './settle-once.js';
import { GRACE_MS } from './wait-sync.js';
import type { Coroutine } from './wait-sync.js';

/** Several algorithms that wait side by side until one of them finishes. */
class Group {
  /** Which of them have finished. */
  readonly finished: boolean[];
  readonly #waits: readonly Coroutine<unknown>[];

  constructor(waits: readonly Coroutine<unknown>[]) {
    this.#waits = waits;
    this.finished = waits.map(() => false);
  }

  get isOver(): boolean {
    return this.finished.includes(true);
  }

  /** Resumes each of them; returns what they wait for, without time left only what is brief. */
  look(timeLeft: number): WaitRequest[] {
    const requests: WaitRequest[] = [];
    for (const [i, coroutine] of this.#waits.entries()) {
      let step = coroutine.next();
      while (timeLeft <= 0 && step.done !== true && isOptional(step.value)) step = coroutine.next();
      if (step.done === true) this.finished[i] = true;
      else if (timeLeft > 0 || step.value.brief) requests.push(step.value);
    }
    return requests;
  }

  /** Ends those that go on waiting. */
  end(): void {
    for (const coroutine of this.#waits) coroutine.return(undefined);
  }
}

/**
 * Runs algorithms side by side until at least one has finished, blocking the thread while all of them wait.
 *
 * @param timeout milliseconds; 0 tries each once, `Infinity` waits for ever
 * @returns which of them have finished: none after a timeout
 */
export function waitAnySync(parker: GroupParker, waits: readonly Coroutine<unknown>[], timeout: number): boolean[] {
  const deadline = clock.now() + timeout;
  const group = new Group(waits);
  try {
    for (;;) {
      const left = deadline - clock.now();
      const requests = group.look(left);
      if (group.isOver || requests.length === 0 || left <= -GRACE_MS) break;
      parker.pauseAny(requests, limitOf(requests, left > 0 ? left : left + GRACE_MS));
    }
  } finally {
    group.end();
  }
  return group.finished;
}

/**
 * Like {@link waitAnySync}, but returns to the event loop, and keeps it alive meanwhile.
 *
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first, and whatever one of the algorithms throws
 */
export function waitAny(
  parker: GroupParker,
  waits: readonly Coroutine<unknown>[],
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<boolean[]> {
  return settleOnce({ signal, holdsLoop: false }, (settling: Settling<boolean[]>) => {
    const wait = new AnyWait(parker, waits, timeout, settling);
    wait.go();
    return () => wait.end();
  });
}

/** One call of {@link waitAny}. It handles its timeout itself, since a brief request outlives it. */
class AnyWait {
  readonly #parker: GroupParker;
  readonly #group: Group;
  readonly #deadline: number;
  readonly #settling: Settling<boolean[]>;
  #watches: Watch[] = [];
  #timer: LongTimer | undefined;

  constructor(
    parker: GroupParker,
    waits: readonly Coroutine<unknown>[],
    timeout: number,
    settling: Settling<boolean[]>,
  ) {
    this.#parker = parker;
    this.#group = new Group(waits);
    this.#deadline = clock.now() + timeout;
    this.#settling = settling;
  }

  /** Resumes the algorithms until the wait is over, or has something to sleep on. */
  readonly go = (): void => {
    try {
      while (!this.#sleeps());
    } catch (error) {
      this.#settling.reject(error);
    }
  };

  /** Resumes the algorithms once. Returns whether the wait is over or sleeps. */
  #sleeps(): boolean {
    this.#rest();
    const left = this.#deadline - clock.now();
    const requests = this.#group.look(left);
    if (this.#group.isOver || requests.length === 0 || left <= -GRACE_MS) {
      this.#settling.resolve(this.#group.finished);
      return true;
    }
    const until = limitOf(requests, left > 0 ? left : left + GRACE_MS);
    if (until !== Infinity) this.#timer = new LongTimer(until, this.go);
    for (const request of requests) {
      const watch = this.#parker.watch(request, this.go);
      if (watch === undefined) return false; // the request is met already
      this.#watches.push(watch);
    }
    return true;
  }

  #rest(): void {
    this.#timer?.cancel();
    for (const watch of this.#watches) watch.cancel();
    this.#watches = [];
  }

  /** Ends the wait, and with it all its watches. */
  end(): void {
    this.#rest();
    this.#group.end();
  }
}
