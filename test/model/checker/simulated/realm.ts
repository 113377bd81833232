import type { Thread } from '@multiprocess/shared-memory';
import { CompiledCode } from './load-compiled.js';
import type { Patch } from './load-compiled.js';
import type { Model, Next } from '../model.js';
import type { Operation } from '../operation.js';
import { sharedBytes, sharedWords } from './shared-views.js';
import { atomicsOf } from './simulated-atomics.js';
import { SimulatedParker } from './simulated-parker.js';
import { SimulatedSegment } from './simulated-segment.js';
import { promiseOf } from './simulated-promise.js';
import type { Run } from '../run.js';

/** What the code imports and would not work with simulated threads. */
const SUBSTITUTES = {
  'shared-memory/segment/segment.js': { Segment: SimulatedSegment },
  // For the signals of the platform, which are not used here either.
  'node:events': { setMaxListeners: () => undefined },
};

/**
 * The globals of the code under test: what reads or changes shared memory, or depends on time, asks the scheduler. One
 * realm serves all simulated threads, one after the other: what they share beyond memory is code.
 */
export class Realm {
  readonly words: Int32Array;
  readonly parker: SimulatedParker;
  readonly atomics: Atomics;
  readonly code: CompiledCode;
  #run: Run | undefined;

  readonly #segmentWords: number;

  /** @param patches changes of the code under test beside those of the model */
  constructor(model: Model, patches: readonly Patch[]) {
    const { segmentWords = model.wordCount, wordCount } = model;
    const run = (): Run => this.run;
    this.atomics = atomicsOf((operation) => run().perform(operation));
    this.words = sharedWords(wordCount, run);
    this.parker = new SimulatedParker(run);
    const substitutes = { ...SUBSTITUTES, 'shared-memory/base/clock.js': { clock: this.#clock() } };
    this.code = new CompiledCode(this.#globals(), substitutes, [...(model.patches ?? []), ...patches]);
    this.#segmentWords = segmentWords;
  }

  /** The execution that is under way. */
  get run(): Run {
    if (this.#run === undefined) throw new Error('A program keeps what belongs to another execution');
    return this.#run;
  }

  /** Executes the code until the first operation whose result is not known. */
  execute(run: Run, act: () => Next): Operation {
    this.#run = run;
    try {
      const next = act();
      return run.frontier ?? { kind: 'done', next };
    } catch (error) {
      return run.frontier ?? { kind: 'failed', error };
    } finally {
      this.#run = undefined;
    }
  }

  /** What stands in for a segment with the shared words in it, for that thread. */
  segment(thread: Thread): SimulatedSegment {
    return new SimulatedSegment(this.words, this.#segmentWords, thread);
  }

  #globals(): Record<string, unknown> {
    return {
      Atomics: this.atomics,
      Uint8Array: new Proxy(Uint8Array, {
        construct: (real, [first, ...rest]: [unknown, ...unknown[]]) =>
          first === this.words
            ? sharedBytes(this.words, rest[0] as number)
            : (Reflect.construct(real, [first, ...rest]) as object),
      }),
      Promise: promiseOf((task) => this.run.queueMicrotask(task)),
    };
  }

  #clock(): Record<string, unknown> {
    return {
      now: () => this.run.now,
      sinceEpoch: () => this.run.now,
      queueMicrotask: (task: () => void) => {
        this.run.queueMicrotask(task);
      },
      setTimeout: (happen: () => void, ms: number) => {
        const number = this.run.await({ word: undefined, due: this.run.now + ms, idle: false, happen });
        return { number, unref: () => undefined, ref: () => undefined };
      },
      clearTimeout: (timer: { readonly number: number } | undefined) => {
        if (timer !== undefined) this.run.cancel(timer.number);
      },
    };
  }
}
