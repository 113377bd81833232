import type { AnyFunction } from '@multiprocess/serialization';
import { createBlock, isBlock } from '../wire/item-block.js';
import type { ItemBlock } from '../wire/item-block.js';
import type { Message } from '../parent/message-arena.js';
import type { Flags } from '../wire/messages.js';
import type { Ending, PoolTask } from '../parent/pool-task.js';
import type { PoolCore } from '../parent/pool-core.js';
import { onceAborted } from './aborting.js';
import type { TaskPlanner, TaskTerms } from './task-planner.js';

/** Chunks for each worker, if no chunk size is given: several, so that no worker is idle for long at the end. */
const CHUNKS_PER_WORKER = 4;

/** What a map is made of. */
interface MapPlan {
  readonly fn: AnyFunction;
  readonly items: ItemBlock;
  readonly chunksize: number | undefined;
  readonly workers: number;
  readonly flags: Flags;
  readonly terms: TaskTerms;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * A map over many inputs: several tasks, whose results become one array. As in Python, all chunks are run even if one
 * fails, and the map then rejects with the first error that arrived.
 */
export class MapJob {
  readonly tasks: readonly PoolTask[];
  readonly #plan: MapPlan;
  readonly #ending: Ending<unknown[]>;
  readonly #values: unknown[];
  #stopListening = (): void => undefined;
  #done = 0;
  #error: { readonly thrown: unknown } | undefined;

  /**
   * If it throws, nothing was submitted.
   *
   * @throws {@link SerializationError} if function or inputs cannot be serialized. @throws {@link QueueFullError} if there is no room.
   */
  constructor(core: PoolCore, planner: TaskPlanner, plan: MapPlan, ending: Ending<unknown[]>) {
    const { fn, items, workers, flags, terms } = plan;
    this.#plan = plan;
    this.#ending = ending;
    this.#values = new Array<unknown>(items.length);
    const size = plan.chunksize ?? Math.max(1, Math.ceil(items.length / (workers * CHUNKS_PER_WORKER)));
    core.capacity.check(Math.ceil(items.length / size));
    planner.define(fn);
    const messages = serializeChunks(planner, items, size);
    this.tasks = messages.map((message, i) => {
      const start = i * size;
      const count = Math.min(size, items.length - start);
      return core.submit(
        planner.chunk(fn, { message, firstInput: start }, flags, terms, {
          resolve: (block: unknown) => {
            this.#noteResult(start, count, block);
          },
          reject: (thrown) => {
            this.#error ??= { thrown };
            this.#noteEnd(count);
          },
        }),
      );
    });
    if (items.length === 0) {
      ending.resolve([]);
      return;
    }
    this.#stopListening = onceAborted(terms.signal, (reason) => {
      for (const task of this.tasks) core.abandon(task, reason);
    });
  }

  #noteResult(start: number, count: number, block: unknown): void {
    if (isBlock(block) && block.length === count) {
      for (let i = 0; i < count; i++) this.#values[start + i] = block[i];
    } else {
      this.#error ??= { thrown: new TypeError('A worker has returned something that is not the results of its chunk') };
    }
    this.#noteEnd(count);
  }

  #noteEnd(count: number): void {
    this.#done += count;
    const { items, onProgress } = this.#plan;
    onProgress?.(this.#done, items.length);
    if (this.#done < items.length) return;
    this.#stopListening();
    if (this.#error === undefined) this.#ending.resolve(this.#values);
    else this.#ending.reject(this.#error.thrown);
  }
}

/** Serializes all chunks before any is sent, so that nothing is sent if one fails. */
function serializeChunks(planner: TaskPlanner, items: ItemBlock, size: number): Message[] {
  const messages: Message[] = [];
  try {
    for (let start = 0; start < items.length; start += size) {
      messages.push(planner.message(createBlock(items, start, Math.min(items.length, start + size))));
    }
    return messages;
  } catch (error) {
    for (const { transfers } of messages) transfers?.cancel();
    throw error;
  }
}
