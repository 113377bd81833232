import type { Operation, WatchedWord } from './operation.js';

/** Thrown out of the code at the operation whose result is not known yet. */
const FRONTIER = new Error('the code has reached an operation whose result is not known yet');

/** Something that a thread's event loop waits for. */
interface Waited {
  /** Undefined for what may happen at any time. */
  readonly word: WatchedWord | undefined;
  /** When it is due, by the run's own clock; 0 if it is not a matter of time. */
  readonly due: number;
  /** Whether the loop ends without waiting for it. */
  readonly idle: boolean;
  readonly happen: () => void;
}

const NOTHING: readonly WatchedWord[] = [];

/**
 * One execution of a thread's code from its start. Operations return the results of an earlier execution as long as there
 * are any; at the first that has none the code is left.
 */
export class Run {
  /** Milliseconds. Time passes only where a result says so, so that an execution can be repeated. */
  now = 0;
  frontier: Operation | undefined;
  readonly #results: readonly number[];
  readonly #expected: readonly Operation[];
  #done = 0;
  #waited = new Map<number, Waited>();
  #nextWaited = 0;
  readonly #microtasks: (() => void)[] = [];

  /** @param expected the operations that returned these results the last time */
  constructor(results: readonly number[], expected: readonly Operation[]) {
    this.#results = results;
    this.#expected = expected;
  }

  /** What the event loop watches; a ring for one of these words wakes it. */
  get watches(): readonly WatchedWord[] {
    if (this.#waited.size === 0) return NOTHING;
    return [...this.#waited.values()].flatMap(({ word }) => word ?? []);
  }

  perform(operation: Operation): number {
    if (this.frontier !== undefined) throw FRONTIER; // `finally` blocks on the way out
    if (this.#done === this.#results.length) {
      this.frontier = operation;
      throw FRONTIER;
    }
    const before = this.#expected[this.#done]!;
    const isSameWord = !('index' in before && 'index' in operation) || before.index === operation.index;
    if (before.kind !== operation.kind || !isSameWord) {
      throw new Error(`The code is not deterministic: ${operation.kind} where there was ${before.kind}`);
    }
    return this.#results[this.#done++]!;
  }

  /** Lets the event loop wait for something until it happens or is cancelled. Returns its number. */
  await(waited: Waited): number {
    const number = this.#nextWaited++;
    this.#waited.set(number, waited);
    return number;
  }

  cancel(number: number): void {
    this.#waited.delete(number);
  }

  queueMicrotask(task: () => void): void {
    this.#microtasks.push(task);
  }

  /** Runs the event loop until nothing is left that it waits for. */
  loop(): void {
    for (;;) {
      for (let task = this.#microtasks.shift(); task; task = this.#microtasks.shift()) task();
      const all = [...this.#waited];
      if (all.every(([, { idle }]) => idle)) return;
      const watched = all.filter(([, { word }]) => word !== undefined);
      const others = all.filter(([, { word }]) => word === undefined).map(([number]) => number);
      const turn = this.perform({ kind: 'turn', watches: watched.map(([, { word }]) => word!), others });
      if (turn < 0) this.#happen(-turn - 1);
      else for (const [bit, [number]] of watched.entries()) if ((turn & (1 << bit)) !== 0) this.#happen(number);
    }
  }

  #happen(number: number): void {
    const waited = this.#waited.get(number);
    if (waited === undefined) return; // cancelled by what happened just before
    this.#waited.delete(number);
    this.now = Math.max(this.now, waited.due);
    waited.happen();
  }
}
