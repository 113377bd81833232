import { deserialize } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { createBlock } from '../wire/item-block.js';
import { EACH } from '../wire/messages.js';
import type { PoolCore } from '../parent/pool-core.js';
import type { InputOutcome } from '../worker/run-chunk.js';
import { cancelledError } from './call-result.js';
import type { ChunkEnding, ChunkRunner, ResultThunk, SubmittedChunk } from './imap.js';
import type { TaskPlanner, TaskTerms } from './task-planner.js';

/** Runs the chunks of an imap on the workers of a pool. */
export class PoolChunks implements ChunkRunner {
  readonly #core: PoolCore;
  readonly #planner: TaskPlanner;
  readonly #fn: AnyFunction;
  readonly #terms: TaskTerms;

  constructor(core: PoolCore, planner: TaskPlanner, fn: AnyFunction, terms: TaskTerms) {
    this.#core = core;
    this.#planner = planner;
    this.#fn = fn;
    this.#terms = terms;
  }

  open(onRefusal: (newError: () => unknown) => void): () => void {
    return this.#core.inputSources.open(onRefusal);
  }

  room(): Promise<unknown> | undefined {
    return this.#core.capacity.hasRoom ? undefined : this.#core.capacity.room();
  }

  submit(items: readonly unknown[], firstInput: number, { deliver, reject }: ChunkEnding): SubmittedChunk {
    const message = this.#planner.message(createBlock(items));
    const plan = this.#planner.chunk(this.#fn, { message, firstInput }, EACH, this.#terms, {
      resolve: (outcomes: unknown) => {
        if (Array.isArray(outcomes) && outcomes.length === items.length) deliver(outcomes.map(resultOf));
        else reject(new TypeError('A worker has returned something that is not the results of its chunk'));
      },
      reject,
    });
    const task = this.#core.submit(plan);
    return {
      cancel: () => {
        this.#core.cancel([task], cancelledError);
      },
      abandon: (reason) => {
        this.#core.abandon(task, reason);
      },
    };
  }
}

function resultOf({ value, error }: InputOutcome): ResultThunk {
  return () => {
    if (error !== undefined) throw deserialize(error);
    return value;
  };
}
