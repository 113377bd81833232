import { encode } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { takeTransfers } from '@multiprocess/shared-memory';
import type { Results } from '../wire/results.js';
import { Definitions } from '../parent/definitions.js';
import type { ItemBlock } from '../wire/item-block.js';
import { MessageArena } from '../parent/message-arena.js';
import type { Message } from '../parent/message-arena.js';
import { CALL, CHUNK, NO_FLAGS, REPORTS, RESULT_HEADER_BYTES, STOPPABLE, TASK_HEADER_BYTES } from '../wire/messages.js';
import type { Flags } from '../wire/messages.js';
import type { Ending, TaskPlan } from '../parent/pool-task.js';

/** Some inputs, serialized, and the index of the first of them among all inputs. */
export interface SerializedInputs {
  readonly message: Message;
  readonly firstInput: number;
}

/** How a task is to be run, whatever it calls. */
export interface TaskTerms {
  /** Milliseconds that each call may run, from its start. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly priority: number;
  readonly onReport?: ((value: unknown) => void) | undefined;
  /** What runs, for messages. Default: the name of the function. */
  readonly name?: string | undefined;
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
   * @throws {@link SerializationError} if function or arguments cannot be serialized.
   */
  call(fn: AnyFunction, args: readonly unknown[], terms: TaskTerms, ending: Ending<never>): TaskPlan {
    this.define(fn);
    return this.#plan(fn, { message: this.message(args), firstInput: 0 }, terms, {
      kind: CALL,
      flags: NO_FLAGS,
      ending,
    });
  }

  /** Calls with many inputs, which {@link message} has serialized. */
  chunk(fn: AnyFunction, inputs: SerializedInputs, flags: Flags, terms: TaskTerms, ending: Ending<never>): TaskPlan {
    return this.#plan(fn, inputs, terms, { kind: CHUNK, flags, ending });
  }

  #plan(
    fn: AnyFunction,
    { message, firstInput }: SerializedInputs,
    terms: TaskTerms,
    { kind, flags, ending }: { readonly kind: number; readonly flags: Flags; readonly ending: Ending<never> },
  ): TaskPlan {
    const { timeout, priority, onReport, name } = terms;
    const definition = this.#definitions.define(fn);
    return {
      kind,
      definition,
      name: name ?? definition.name,
      message,
      flags: flags | flagsFor(terms),
      firstInput,
      timeout,
      priority,
      onReport,
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

function flagsFor({ timeout, signal, onReport }: TaskTerms): Flags {
  const stoppable = timeout === Infinity && signal === undefined ? NO_FLAGS : STOPPABLE;
  return onReport === undefined ? stoppable : stoppable | REPORTS;
}
