import { clock } from '@multiprocess/shared-memory';
import { checkMainThread, watch } from './arrivals.js';
import { checkCatchable, namesOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * An iterator over signals as they arrive, from this call until you leave the loop. Meanwhile their default action is off;
 * handlers still run. No signal is lost while the body of the loop runs, but several of one name may become one, as always with
 * signals. Waiting for the next one keeps the event loop alive.
 *
 * @example
 * ```ts source="./signal.examples.ts#iterate"
 * for await (const name of signals(['SIGHUP', 'SIGTERM'])) {
 *   if (name === 'SIGTERM') break;
 *   console.log('reading the configuration again');
 * }
 * ```
 */
export function signals(set: Iterable<Signal>): AsyncIterableIterator<NodeJS.Signals, undefined> {
  checkMainThread();
  const names = [...namesOf(set)];
  for (const name of names) checkCatchable(name);
  return new SignalIterator(names);
}

type Step = IteratorResult<NodeJS.Signals, undefined>;

class SignalIterator implements AsyncIterableIterator<NodeJS.Signals, undefined> {
  readonly #leave: readonly (() => void)[];
  readonly #arrived: NodeJS.Signals[] = [];
  readonly #waiting: ((step: Step) => void)[] = [];
  #ended = false;
  #alive: NodeJS.Timeout | undefined;

  constructor(names: readonly NodeJS.Signals[]) {
    this.#leave = names.map((name) =>
      watch(name, () => {
        this.#arrived.push(name);
        this.#serve();
      }),
    );
  }

  async next(): Promise<Step> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  async return(): Promise<Step> {
    this.#ended = true;
    for (const one of this.#leave) one();
    this.#arrived.length = 0;
    this.#serve();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #serve(): void {
    while (this.#waiting.length > 0 && (this.#ended || this.#arrived.length > 0)) {
      const value = this.#arrived.shift();
      this.#waiting.shift()?.(value === undefined ? { done: true, value } : { done: false, value });
    }
    if (this.#waiting.length > 0) this.#alive ??= clock.setInterval(() => undefined, 2 ** 31 - 1);
    else {
      clock.clearInterval(this.#alive);
      this.#alive = undefined;
    }
  }
}
