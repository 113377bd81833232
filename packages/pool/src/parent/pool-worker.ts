import type { Process } from '@multiprocess/process';
import {
  CorruptSegmentError,
  OutOfMemoryError,
  RingBatch,
  RingMessage,
  clock,
  runAtOnce,
} from '@multiprocess/shared-memory';
import { MAX_TICKETS, SLOTS } from '../wire/channel.js';
import type { Channel } from '../wire/channel.js';
import { forgetMessage } from './definitions.js';
import type { Definition } from './definitions.js';
import { FLAGS, FUNCTION, ID, KIND, SLOT, TICKET } from '../wire/messages.js';
import type { PoolTask } from './pool-task.js';

/** As much is sent ahead to a worker that is busy, so that it need not wait for the next task. */
const AHEAD_BYTES = 262_144;
/** Two, whatever they weigh: one that runs and one that comes next. */
const AHEAD_TASKS = 2;
/** A pool that is given ever new functions does not make its workers remember all of them. */
const MAX_FUNCTIONS = 1000;

/** How soon a worker is tried again that was in the way: twice as late each time. */
const FIRST_RETRY_MS = 1;
const MAX_RETRY_MS = 64;

/** A task for which the system has no memory. */
interface Refusal {
  readonly task: PoolTask;
  readonly error: unknown;
}

/** What became of what a worker was to be sent, as far as it was not. */
interface Flushed {
  /** Tasks that wait for room, or for a thread that is in the way. */
  readonly unsent: readonly PoolTask[];
  readonly refused: readonly Refusal[];
  /** Why nothing can be sent to it any more, if that is so. */
  readonly broken?: unknown;
}

const NOTHING: Flushed = { unsent: [], refused: [] };

interface Parcel {
  readonly bytes: Uint8Array;
  readonly task?: PoolTask;
  readonly definition?: Definition;
}

/** A worker, seen from its pool: its process, its channel, and which tasks it has. */
export class PoolWorker {
  readonly number: number;
  readonly process: Process;
  readonly channel: Channel;
  /** What it has been sent and has not answered, the oldest first. */
  readonly tasks = new Set<PoolTask>();
  isReady = false;
  /** It gets no more tasks: it has had as many as it may, or the pool is being closed. */
  isRetiring = false;
  /** It gets no more tasks until {@link retryAt}: there was no room for the last ones, or it was in the way. */
  isBlocked = false;
  /** When to try again, on the clock of `clock.now()`. */
  retryAt = Infinity;
  /** When to kill it, on the clock of `clock.now()`. */
  killAt = Infinity;
  /** When to look whether its task has run for too long. */
  lookAt = Infinity;
  readonly #mostTasks: number;
  #sent = 0;
  #bytes = 0;
  #ticket = 0;
  #retryMs = FIRST_RETRY_MS;
  readonly #free: number[] = Array.from({ length: SLOTS }, (_, slot) => slot);
  readonly #known = new Set<number>();
  #parcels: Parcel[] = [];

  constructor(number: number, process: Process, channel: Channel, mostTasks: number) {
    this.number = number;
    this.process = process;
    this.channel = channel;
    this.#mostTasks = mostTasks;
  }

  /** Whether it may be given another task now. */
  hasRoom(): boolean {
    if (!this.isReady || this.isRetiring || this.isBlocked || this.#free.length === 0 || this.#sent >= this.#mostTasks)
      return false;
    return this.tasks.size < AHEAD_TASKS || this.#bytes < AHEAD_BYTES;
  }

  /** Whether it has had as many tasks as it may. */
  get isUsedUp(): boolean {
    return this.#sent >= this.#mostTasks;
  }

  /** Gives it a task, which goes with the next {@link flush}. It has room. */
  give(task: PoolTask): void {
    const { definition, message, kind, flags } = task.plan;
    if (!this.#known.has(definition.number)) this.#introduce(definition);
    const slot = this.#free.pop()!;
    const ticket = (this.#ticket = (this.#ticket % MAX_TICKETS) + 1);
    const { words, at } = message;
    words[at + KIND] = kind;
    words[at + ID] = task.id;
    words[at + FUNCTION] = definition.number;
    words[at + SLOT] = slot;
    words[at + TICKET] = ticket;
    words[at + FLAGS] = flags;
    this.channel.offer(slot, ticket);
    task.place = { worker: this, slot, ticket };
    this.tasks.add(task);
    this.#sent++;
    this.#bytes += task.byteLength;
    if (task.plan.timeout !== Infinity) this.lookAt = 0;
    this.#parcels.push({ bytes: message.bytes, task });
  }

  #introduce(definition: Definition): void {
    if (this.#known.size >= MAX_FUNCTIONS) {
      this.#known.clear();
      this.#parcels.push({ bytes: forgetMessage() });
    }
    this.#known.add(definition.number);
    this.#parcels.push({ bytes: definition.message, definition });
  }

  /**
   * Sends what it has been given. Never waits: a worker that is stopped may be in the way, and then is {@link isBlocked}
   * for a while, so that others get its tasks.
   */
  flush(): Flushed {
    let parcels = this.#parcels;
    if (parcels.length === 0) return NOTHING;
    this.#parcels = [];
    const refused: Refusal[] = [];
    let broken: unknown;
    while (parcels.length > 0) {
      const { put, error } = this.#send(parcels);
      parcels = parcels.slice(put);
      if (error === undefined) break;
      if (!(error instanceof OutOfMemoryError)) {
        broken = error;
        break;
      }
      parcels = this.#refuse(parcels, error, refused);
    }
    if (parcels.length === 0) this.#retryMs = FIRST_RETRY_MS;
    else this.#block();
    return { unsent: this.#unsend(parcels), refused, broken };
  }

  /** Puts as many of them as there is room for. An error is about the next one, which was not put. */
  #send(parcels: readonly Parcel[]): { readonly put: number; readonly error?: unknown } {
    const { writer } = this.channel.ring;
    const batch = new RingBatch();
    for (const { bytes } of parcels) batch.add(RingMessage.of(bytes));
    try {
      for (;;) {
        let outcome: 'put' | 'shut' | undefined = writer.tryPutMany(batch);
        const { next } = batch;
        if (next === undefined) break;
        // What did not fit may make the ring grow.
        if (outcome === 'put') outcome = runAtOnce(this.channel.parker, writer.putting(next, 'wait'));
        if (outcome === 'shut') throw new CorruptSegmentError(`The ring of tasks ${this.channel.reference} was shut`);
        if (outcome === undefined) break;
        batch.advance(1);
      }
    } catch (error) {
      return { put: batch.put, error };
    }
    return { put: batch.put };
  }

  /** Takes out the first of them, and the tasks that are nothing without it. */
  #refuse([first, ...others]: readonly Parcel[], error: unknown, refused: Refusal[]): Parcel[] {
    const definition = first?.definition;
    if (definition !== undefined) this.#known.delete(definition.number);
    const isRefused = ({ task }: Parcel): boolean =>
      definition !== undefined && task?.plan.definition.number === definition.number;
    for (const parcel of [first, ...others.filter(isRefused)]) {
      if (parcel?.task !== undefined && this.takeBack(parcel.task)) refused.push({ task: parcel.task, error });
    }
    return others.filter((parcel) => !isRefused(parcel));
  }

  #unsend(parcels: readonly Parcel[]): PoolTask[] {
    const unsent: PoolTask[] = [];
    for (const { task, definition } of parcels) {
      if (definition !== undefined) this.#known.delete(definition.number);
      if (task === undefined) continue;
      this.takeBack(task);
      unsent.push(task);
    }
    return unsent;
  }

  #block(): void {
    this.isBlocked = true;
    this.retryAt = clock.now() + this.#retryMs;
    this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs);
  }

  /** It may be given tasks again. */
  unblock(): void {
    this.isBlocked = false;
    this.retryAt = Infinity;
  }

  /** Takes a task back that it has not begun; false if it has. */
  takeBack(task: PoolTask): boolean {
    const { slot, ticket } = task.place!;
    if (!this.channel.takeBack(slot, ticket)) return false;
    this.#sent--;
    this.#release(task);
    return true;
  }

  /** Whether it is running the task. */
  runs(task: PoolTask): boolean {
    const { slot, ticket } = task.place!;
    return this.channel.isRunning(slot, ticket);
  }

  /** It has answered. */
  finish(task: PoolTask): void {
    this.#release(task);
    this.unblock(); // it has taken something
    if (!this.isRetiring) this.killAt = Infinity; // if it was asked to stop, it has
  }

  #release(task: PoolTask): void {
    this.tasks.delete(task);
    this.#bytes -= task.byteLength;
    this.#free.push(task.place!.slot);
    task.place = undefined;
    if (this.lookAt !== Infinity) this.lookAt = 0; // another one is the first now
  }

  /** Asks the task that it runs to stop, and says until when it has time to. */
  stop(task: PoolTask, deadline: number): void {
    this.channel.stop(task.place!.ticket);
    this.killAt = Math.min(this.killAt, deadline);
  }

  /** Lets it end when it has done what it has. */
  retire(): void {
    if (this.isRetiring) return;
    this.isRetiring = true;
    this.channel.shut();
  }
}
