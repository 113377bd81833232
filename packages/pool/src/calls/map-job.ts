import type { AnyFunction } from '@multiprocess/serialization';
import { blockOf, isBlock } from '../wire/item-block.js';
import type { ItemBlock } from '../wire/item-block.js';
import type { Message } from '../parent/message-arena.js';
import type { Flags } from '../wire/messages.js';
import type { PoolTask } from '../parent/pool-task.js';
import type { Ending, Submitter } from './submitter.js';

/** A map without a chunk size is cut into so many pieces for each worker, so that none is idle for long at the end. */
const CHUNKS_PER_WORKER = 4;

/** What a map is made of. */
interface MapPlan {
  readonly fn: AnyFunction;
  readonly items: ItemBlock;
  readonly chunksize: number | undefined;
  readonly workers: number;
  readonly flags: Flags;
  readonly abortable: boolean;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * A map over many inputs: some tasks, whose results become one array. As in Python, all chunks are run although one has
 * failed, and the first error that arrived is what it rejects with.
 */
export class MapJob {
  readonly tasks: readonly PoolTask[];
  readonly #plan: MapPlan;
  readonly #ending: Ending<unknown[]>;
  readonly #values: unknown[];
  #done = 0;
  #error: { readonly thrown: unknown } | undefined;

  /** @throws {SerializationError} If something cannot be carried. Nothing was submitted. */
  constructor(submitter: Submitter, plan: MapPlan, ending: Ending<unknown[]>) {
    const { fn, items, workers, flags, abortable } = plan;
    this.#plan = plan;
    this.#ending = ending;
    this.#values = new Array<unknown>(items.length);
    const size = plan.chunksize ?? Math.max(1, Math.ceil(items.length / (workers * CHUNKS_PER_WORKER)));
    submitter.check(fn);
    const messages = messagesOf(submitter, items, size);
    this.tasks = messages.map((message, i) => {
      const start = i * size;
      const count = Math.min(size, items.length - start);
      return submitter.chunk(
        fn,
        { message, firstInput: start },
        flags,
        { timeout: Infinity, abortable },
        {
          resolve: (block: unknown) => {
            this.#arrived(start, count, block);
          },
          reject: (thrown) => {
            this.#error ??= { thrown };
            this.#ended(count);
          },
        },
      );
    });
    if (items.length === 0) ending.resolve([]);
  }

  #arrived(start: number, count: number, block: unknown): void {
    if (isBlock(block) && block.length === count) {
      for (let i = 0; i < count; i++) this.#values[start + i] = block[i];
    } else {
      this.#error ??= { thrown: new TypeError('A worker has answered with something that is not its chunk') };
    }
    this.#ended(count);
  }

  #ended(count: number): void {
    this.#done += count;
    const { items, onProgress } = this.#plan;
    onProgress?.(this.#done, items.length);
    if (this.#done < items.length) return;
    if (this.#error === undefined) this.#ending.resolve(this.#values);
    else this.#ending.reject(this.#error.thrown);
  }
}

/** The chunks, serialized: all, or none is sent. */
function messagesOf(submitter: Submitter, items: ItemBlock, size: number): Message[] {
  const messages: Message[] = [];
  try {
    for (let start = 0; start < items.length; start += size) {
      messages.push(submitter.message(blockOf(items, start, Math.min(items.length, start + size))));
    }
    return messages;
  } catch (error) {
    for (const { parcels } of messages) parcels?.cancel();
    throw error;
  }
}
