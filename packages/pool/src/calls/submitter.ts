import { encode } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { takeTransfers } from '@multiprocess/shared-memory';
import type { Results } from '../wire/results.js';
import type { InputSources } from '../parent/input-sources.js';
import { Definitions } from '../parent/definitions.js';
import type { ItemBlock } from '../wire/item-block.js';
import { MessageArena } from '../parent/message-arena.js';
import type { Message } from '../parent/message-arena.js';
import { CALL, CHUNK, RESULT_HEADER_BYTES, STOPPABLE, TASK_HEADER_BYTES } from '../wire/messages.js';
import type { Flags } from '../wire/messages.js';
import type { PoolCore } from '../parent/pool-core.js';
import type { PoolTask } from '../parent/pool-task.js';

/** What becomes of a task is told to one of two functions, once. */
export interface Ending<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** How a task is to be treated. */
interface TaskLimits {
  /** Milliseconds from its start. */
  readonly timeout: number;
  /** Whether somebody has a signal for it. */
  readonly abortable: boolean;
}

/** Some inputs, serialized, and which of all inputs is the first of them. */
export interface Chunk {
  readonly message: Message;
  readonly firstInput: number;
}

/** Makes tasks of calls. What is to travel is serialized before anything is submitted. */
export class Submitter {
  readonly #core: PoolCore;
  readonly #results: Results;
  readonly #schedule: () => void;
  readonly #definitions = new Definitions();
  readonly #arena = new MessageArena();

  constructor(core: PoolCore, results: Results, schedule: () => void) {
    this.#core = core;
    this.#results = results;
    this.#schedule = schedule;
  }

  /**
   * One call.
   *
   * @throws {SerializationError} If function or arguments cannot be carried. Nothing was submitted.
   */
  call(fn: AnyFunction, args: readonly unknown[], limits: TaskLimits, ending: Ending<never>): PoolTask {
    const definition = this.#definitions.of(fn);
    const message = this.message(args);
    return this.#submit({
      kind: CALL,
      definition,
      message,
      flags: flagsOf(limits),
      firstInput: 0,
      timeout: limits.timeout,
      ...(ending as Ending<unknown>),
    });
  }

  /**
   * What {@link chunk} submits: some inputs, serialized.
   *
   * @throws {SerializationError} If one cannot be carried.
   * @throws {OutOfMemoryError} If it is larger than a ring of shared memory can ever carry.
   */
  message(items: ItemBlock): Message {
    const body = encode(items);
    const parcels = takeTransfers();
    try {
      this.#results.writer.checkFits(body.byteLength + TASK_HEADER_BYTES + RESULT_HEADER_BYTES);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    return this.#arena.message(body, parcels);
  }

  /** Calls with many inputs that have been serialized. */
  chunk(
    fn: AnyFunction,
    { message, firstInput }: Chunk,
    flags: Flags,
    limits: TaskLimits,
    ending: Ending<never>,
  ): PoolTask {
    const definition = this.#definitions.of(fn);
    return this.#submit({
      kind: CHUNK,
      definition,
      message,
      flags: flags | flagsOf(limits),
      firstInput,
      timeout: limits.timeout,
      ...(ending as Ending<unknown>),
    });
  }

  /** For who goes on submitting while inputs last; see {@link InputSources}. */
  get feeds(): InputSources {
    return this.#core.feeds;
  }

  #submit(plan: Parameters<PoolCore['submit']>[0]): PoolTask {
    const task = this.#core.submit(plan);
    plan.message.parcels?.sent({
      get isLost() {
        return task.isSettled;
      },
    });
    this.#schedule();
    return task;
  }

  /** Rejects a task because its caller does not want it any more. */
  abandon(task: PoolTask, reason: unknown): void {
    this.#core.abandon(task, reason);
  }

  /** Rejects tasks of which none has begun; if one has, nothing happens. */
  cancel(tasks: readonly PoolTask[], newError: () => unknown): boolean {
    const begun = tasks.some((task) => !this.#core.withdraw(task));
    if (!begun) for (const task of tasks) this.#core.cancel(task, newError());
    this.#schedule(); // what was withdrawn in vain goes on
    return !begun;
  }

  /**
   * Lets the serializer look at the function.
   *
   * @throws {SerializationError} If it cannot be carried.
   */
  check(fn: AnyFunction): void {
    this.#definitions.of(fn);
  }
}

function flagsOf({ timeout, abortable }: TaskLimits): Flags {
  return timeout !== Infinity || abortable ? STOPPABLE : 0;
}
