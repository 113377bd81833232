import { encode } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { takeTransfers } from '@multiprocess/shared-memory';
import type { Results } from '../wire/results.js';
import { Definitions } from '../parent/definitions.js';
import type { ItemBlock } from '../wire/item-block.js';
import { MessageArena } from '../parent/message-arena.js';
import type { Message } from '../parent/message-arena.js';
import { CALL, CHUNK, NO_FLAGS, RESULT_HEADER_BYTES, STOPPABLE, TASK_HEADER_BYTES } from '../wire/messages.js';
import type { Flags } from '../wire/messages.js';
import type { Ending, TaskPlan } from '../parent/pool-task.js';

/** Some inputs, serialized, and the index of the first of them among all inputs. */
export interface SerializedInputs {
  readonly message: Message;
  readonly firstInput: number;
}

/** Makes the plan of a task from a call. Serializes function and arguments, before anything is submitted. */
export class TaskPlanner {
  readonly #results: Results;
  readonly #definitions = new Definitions();
  readonly #arena = new MessageArena();

  constructor(results: Results) {
    this.#results = results;
  }

  /**
   * One call.
   *
   * @param timeout milliseconds from its start
   * @throws {@link SerializationError} if function or arguments cannot be serialized.
   */
  call(
    fn: AnyFunction,
    args: readonly unknown[],
    timeout: number,
    signal: AbortSignal | undefined,
    ending: Ending<never>,
  ): TaskPlan {
    const definition = this.#definitions.define(fn);
    const message = this.message(args);
    const flags = timeout !== Infinity ? STOPPABLE : flagsFor(signal);
    return { kind: CALL, definition, message, flags, firstInput: 0, timeout, ending: ending as Ending<unknown> };
  }

  /** Calls with many inputs, which {@link message} has serialized. */
  chunk(
    fn: AnyFunction,
    { message, firstInput }: SerializedInputs,
    flags: Flags,
    signal: AbortSignal | undefined,
    ending: Ending<never>,
  ): TaskPlan {
    return {
      kind: CHUNK,
      definition: this.#definitions.define(fn),
      message,
      flags: flags | flagsFor(signal),
      firstInput,
      timeout: Infinity,
      ending: ending as Ending<unknown>,
    };
  }

  /**
   * Serializes the inputs of a {@link chunk}.
   *
   * @throws {@link SerializationError} if one cannot be serialized.
   * @throws {@link OutOfMemoryError} if the message is larger than a ring of shared memory can be.
   */
  message(items: ItemBlock): Message {
    const body = encode(items);
    const transfers = takeTransfers();
    try {
      this.#results.writer.checkFits(body.byteLength + TASK_HEADER_BYTES + RESULT_HEADER_BYTES);
    } catch (error) {
      transfers?.cancel();
      throw error;
    }
    return this.#arena.message(body, transfers);
  }

  /** Serializes the function, unless this was done before. @throws {@link SerializationError} if it cannot be serialized. */
  define(fn: AnyFunction): void {
    this.#definitions.define(fn);
  }
}

function flagsFor(signal: AbortSignal | undefined): Flags {
  return signal === undefined ? NO_FLAGS : STOPPABLE;
}
