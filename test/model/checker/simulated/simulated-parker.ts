import type { Parker, WaitRequest, Watch } from '@multiprocess/shared-memory';
import type { Run } from '../run.js';

/**
 * What the futex and the doorbell do, as far as an algorithm can tell.
 *
 * A blocked thread sleeps while the word is what it expects and the owner lives; both are compared as it lies down, as the
 * kernel does. An event loop is rung by an unpark of a word that it watches, looks at all its words then, and ends the
 * waits whose word has changed. A spin ends by itself.
 */
export class SimulatedParker implements Parker {
  readonly #run: () => Run;

  constructor(run: () => Run) {
    this.#run = run;
  }

  pause(pause: WaitRequest, timeout: number): void {
    const { index, expected, owner } = pause;
    const timed = timeout !== Infinity;
    if (pause.kind === 'spin' && !timed) return; // may end at once, and what comes next is a step of its own
    const late = this.#run().perform({ kind: pause.kind === 'spin' ? 'spin' : 'pause', index, expected, owner, timed });
    if (late !== 0) this.#run().now += timeout;
  }

  watch(pause: WaitRequest, wake: () => void): Watch | undefined {
    const run = this.#run();
    const { index, expected, owner } = pause;
    const spins = pause.kind === 'spin';
    if (!spins && run.perform({ kind: 'watch', index, expected, owner }) === 0) return undefined;
    const word = spins ? undefined : { index, expected, owner };
    const number = run.await({ word, due: 0, idle: false, happen: wake });
    return { cancel: () => run.cancel(number), ref: () => undefined, unref: () => undefined };
  }

  unpark(_: Int32Array, index: number, count: number): number {
    return this.#run().perform({ kind: 'unpark', index, count });
  }
}
