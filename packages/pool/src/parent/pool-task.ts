import { clock } from '@multiprocess/shared-memory';
import type { Definition } from './definitions.js';
import type { Message } from './message-arena.js';
import type { Flags } from '../wire/messages.js';

/** Receives the outcome of a call: exactly one of the two is called, once. */
export interface Ending<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** What a task consists of. */
export interface TaskPlan {
  readonly kind: number;
  readonly definition: Definition;
  /** What runs, for messages. */
  readonly name: string;
  readonly message: Message;
  readonly flags: Flags;
  /** Of a chunk: the index of its first input among all inputs. */
  readonly firstInput: number;
  /** Milliseconds that each of its calls may run, from its start. */
  readonly timeout: number;
  /** Those with a higher number begin first. */
  readonly priority: number;
  /** Called with each value that it reports while it runs. */
  readonly onReport: ((value: unknown) => void) | undefined;
  readonly ending: Ending<unknown>;
}

/** The worker that has a task. */
export interface TaskHolder {
  /** Takes back a task that it has not begun; false if it has. */
  takeBack(task: PoolTask): boolean;
  /** Asks the task that it runs to stop, and has the worker killed if it still runs at `deadline`. */
  stop(task: PoolTask, deadline: number): void;
  /** The task has ended. */
  finish(task: PoolTask): void;
}

/** Something that a worker is to run: a call, or a chunk of a map. Settles once. */
export class PoolTask {
  readonly plan: TaskPlan;
  readonly id: number;
  readonly submitted = clock.now();
  /** How many workers have died while they ran it. */
  deaths = 0;
  /** Its worker and slot; undefined while it waits for a worker. `attempt` tells it from other tasks that used the slot. */
  place: { readonly worker: TaskHolder; readonly slot: number; readonly attempt: number } | undefined;
  isSettled = false;
  /** Stops listening to its abort signal. Called when it is settled. */
  stopListening: (() => void) | undefined;

  constructor(id: number, plan: TaskPlan) {
    this.id = id;
    this.plan = plan;
  }

  get byteLength(): number {
    return this.plan.message.bytes.byteLength;
  }
}
