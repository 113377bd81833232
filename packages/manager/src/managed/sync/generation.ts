import type { Call } from '../call.js';
import type { Caller } from '../caller.js';
import { Waiters } from '../waiters.js';

/** The parties that pass a barrier together, except the last one, which does not wait. */
export class Generation {
  readonly calls = new Set<Call>();
  readonly #waiters = new Waiters();
  #end: 'passed' | 'broken' | undefined;
  #place = 0;

  /**
   * @returns the party's place, from 1 on, once all have passed; undefined after a timeout; `GIVEN_UP` if the call was
   * cancelled
   */
  wait(call: Call, timeout: number | null): unknown {
    return this.#waiters.wait(call, timeout, () => (this.#end === 'passed' ? this.#place-- : this.#end));
  }

  /** Ends the wait of all. */
  end(how: 'passed' | 'broken'): void {
    this.#end = how;
    this.#place = this.calls.size;
    this.#waiters.serve();
  }

  has(caller: Caller): boolean {
    for (const call of this.calls) if (call.caller === caller) return true;
    return false;
  }
}
