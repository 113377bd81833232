import { clock } from '@multiprocess/shared-memory';
import type { Definition } from './definitions.js';
import type { Message } from './message-arena.js';
import type { Flags } from '../wire/messages.js';
import type { PoolWorker } from './pool-worker.js';

/** What a task is made of. */
export interface TaskPlan {
  readonly kind: number;
  readonly definition: Definition;
  readonly message: Message;
  readonly flags: Flags;
  /** Of a chunk: which of all inputs is its first. */
  readonly firstInput: number;
  /** Milliseconds it may run, from its start. */
  readonly timeout: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Something that a worker is to run: a call, or a chunk of a map. Settles once. */
export class PoolTask {
  readonly plan: TaskPlan;
  readonly id: number;
  readonly submitted = clock.now();
  /** How many workers have died of it. */
  deaths = 0;
  /** Where it is; undefined as long as it waits for a worker. */
  place: { readonly worker: PoolWorker; readonly slot: number; readonly ticket: number } | undefined;
  isSettled = false;

  constructor(id: number, plan: TaskPlan) {
    this.id = id;
    this.plan = plan;
  }

  get byteLength(): number {
    return this.plan.message.bytes.byteLength;
  }
}
