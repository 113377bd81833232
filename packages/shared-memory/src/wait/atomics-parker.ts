import { clock } from '../base/clock.js';
import type { Parker, WaitRequest, Watch } from './parker.js';

const SLICE_MS = 100;
const SPIN_LOOKS = 50;

/**
 * Parks on words of any `SharedArrayBuffer`, for the threads of one process, where there is no native part.
 *
 * `Atomics.waitAsync` cannot be cancelled: an abandoned wait would swallow a wake. So every wake goes to all waiters, and
 * each looks at its condition.
 */
export class AtomicsParker implements Parker {
  pause(request: WaitRequest, timeout: number): void {
    const { words, index, expected } = request;
    if (request.kind === 'park') Atomics.wait(words, index, expected, Math.min(timeout, SLICE_MS));
    else for (let look = 0; look < SPIN_LOOKS && Atomics.load(words, index) === expected; look++);
  }

  watch(request: WaitRequest, wake: () => void): Watch | undefined {
    if (request.kind === 'spin') return undefined;
    const result = Atomics.waitAsync(request.words, request.index, request.expected, SLICE_MS);
    if (!result.async) return result.value === 'timed-out' ? AtomicsWatch.after(Promise.resolve(), wake) : undefined;
    return AtomicsWatch.after(result.value, wake);
  }

  unpark(words: Int32Array, index: number, count: number): number {
    return Math.min(count, Atomics.notify(words, index));
  }
}

/** `Atomics.waitAsync` does not keep the event loop alive; a timer does. */
class AtomicsWatch implements Watch {
  readonly #alive = clock.setInterval(() => undefined, 2 ** 31 - 1);

  static after(over: Promise<unknown>, wake: () => void): AtomicsWatch {
    const watch = new AtomicsWatch();
    void over.then(() => {
      if (watch.#isOver) return;
      watch.cancel();
      wake();
    });
    return watch;
  }

  #isOver = false;

  cancel(): void {
    this.#isOver = true;
    clock.clearInterval(this.#alive);
  }

  ref(): void {
    if (!this.#isOver) this.#alive.ref();
  }

  unref(): void {
    this.#alive.unref();
  }
}
