import { CompiledCode } from './load-compiled.js';
import type { Patch } from './load-compiled.js';
import type { Operation } from './operation.js';
import { sharedBytes, sharedWords } from './shared-views.js';
import { SimulatedParker } from './simulated-parker.js';
import { promiseOf } from './simulated-promise.js';
import type { Run } from './run.js';

/**
 * The globals of the code under test: what reads or changes shared memory, or depends on time, asks the scheduler. One
 * realm serves all simulated threads, one after the other: what they share beyond memory is code.
 */
export class Realm {
  readonly words: Int32Array;
  readonly parker: SimulatedParker;
  readonly code: CompiledCode;
  #run: Run | undefined;

  /** @param wordCount words of shared memory */
  constructor(wordCount: number, patches: readonly Patch[]) {
    const run = (): Run => this.run;
    this.words = sharedWords(wordCount, run);
    this.parker = new SimulatedParker(run);
    this.code = new CompiledCode(this.#globals(), { 'shared-memory/segment.js': { Segment: SimulatedSegment } }, patches);
  }

  /** The execution that is under way. */
  get run(): Run {
    if (this.#run === undefined) throw new Error('A program keeps what belongs to another execution');
    return this.#run;
  }

  /** Executes the code until the first operation whose result is not known. */
  execute(run: Run, program: () => void): Operation {
    this.#run = run;
    try {
      program();
      return run.frontier ?? { kind: 'done' };
    } catch (error) {
      return run.frontier ?? { kind: 'failed', error };
    } finally {
      this.#run = undefined;
    }
  }

  /** What stands in for a segment with the shared words in it. */
  segment(self: number, isDead: (owner: number) => boolean): SimulatedSegment {
    const { parker, words } = this;
    return new SimulatedSegment(words, { self, parker, isDead, describe: () => undefined });
  }

  #globals(): Record<string, unknown> {
    const perform = (operation: Operation): number => this.run.perform(operation);
    const change =
      (kind: 'store' | 'exchange' | 'add' | 'sub' | 'and' | 'or' | 'xor') =>
      (_: unknown, index: number, value: number): number => {
        const result = perform({ kind, index, value: value | 0 });
        return kind === 'store' ? value : result;
      };
    return {
      Atomics: {
        load: (_: unknown, index: number) => perform({ kind: 'load', index }),
        store: change('store'),
        exchange: change('exchange'),
        add: change('add'),
        sub: change('sub'),
        and: change('and'),
        or: change('or'),
        xor: change('xor'),
        compareExchange: (_: unknown, index: number, expected: number, value: number) =>
          perform({ kind: 'compareExchange', index, expected: expected | 0, value: value | 0 }),
      },
      Uint8Array: new Proxy(Uint8Array, {
        construct: (real, [first, ...rest]: [unknown, ...unknown[]]) =>
          first === this.words ? sharedBytes(this.words, rest[0] as number) : (Reflect.construct(real, [first, ...rest]) as object),
      }),
      performance: { now: () => this.run.now },
      setTimeout: (happen: () => void, ms: number) => {
        const number = this.run.await({ word: undefined, due: this.run.now + ms, idle: false, happen });
        return { number, unref: () => undefined, ref: () => undefined };
      },
      clearTimeout: (timer: { readonly number: number } | undefined) => {
        if (timer !== undefined) this.run.cancel(timer.number);
      },
      Promise: promiseOf((task) => this.run.queueMicrotask(task)),
    };
  }
}

/** Stands in for a segment: words, and nothing of a file. */
export class SimulatedSegment {
  readonly words: Int32Array;
  readonly thread: object;
  readonly kind = 'model';
  readonly reference = 'model';
  readonly isOpen = true;

  constructor(words: Int32Array, thread: object) {
    this.words = words;
    this.thread = thread;
  }

  /** The words themselves: only a view of bytes is ever made of it. */
  get buffer(): Int32Array {
    return this.words;
  }

  get byteLength(): number {
    return this.words.length * 4;
  }

  // There are no pages to ask the system for.
  reserve(): void {}
  giveBack(): void {}
  close(): void {}
}
