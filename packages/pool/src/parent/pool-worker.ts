import type { Process } from '@multiprocess/process';
import {
  clock,
  CorruptSegmentError,
  OutOfMemoryError,
  RingBatch,
  RingMessage,
  runAtOnce,
} from '@multiprocess/shared-memory';
import { MAX_ATTEMPTS, SLOTS } from '../wire/channel.js';
import type { Channel } from '../wire/channel.js';
import { forgetMessage } from './definitions.js';
import type { Definition } from './definitions.js';
import { ATTEMPT, FLAGS, FUNCTION, ID, KIND, SLOT } from '../wire/messages.js';
import type { PoolTask, TaskHolder } from './pool-task.js';

/** How many bytes are sent ahead to a busy worker, so that it does not wait for its next task. */
const AHEAD_BYTES = 262_144;
/** At least two tasks of any size are sent: the one that runs and the next. */
const AHEAD_TASKS = 2;
/** A worker is told to forget its functions after so many, for pools that are given ever new ones. */
const MAX_FUNCTIONS = 1000;

/** How soon a blocked worker is tried again; doubled each time. */
const FIRST_RETRY_MS = 1;
const MAX_RETRY_MS = 64;

/** A task that was not sent because shared memory is full. */
interface Refusal {
  readonly task: PoolTask;
  readonly error: unknown;
}

/** What could not be sent to a worker, and why. */
interface Flushed {
  /** Tasks that wait for room in the ring, or for a stopped thread that holds it. */
  readonly unsent: readonly PoolTask[];
  readonly refused: readonly Refusal[];
  /** The error after which nothing can be sent to this worker. */
  readonly broken?: unknown;
}

const NOTHING: Flushed = { unsent: [], refused: [] };

/** A message to send: a task, or the definition of a function that is called by the tasks after it. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly task?: PoolTask;
  readonly definition?: Definition;
}

/** In the pool: a worker, with its process, its channel and its tasks. */
export class PoolWorker implements TaskHolder {
  readonly number: number;
  readonly process: Process;
  readonly channel: Channel;
  /** The tasks that it has and has not answered, oldest first. */
  readonly tasks = new Set<PoolTask>();
  isReady = false;
  /** It gets no more tasks: it has had its maximum, has ended, or the pool is being closed. */
  isRetiring = false;
  /** It gets no more tasks until {@link retryAt}: the last ones could not be sent. */
  isBlocked = false;
  /** When to try again, on the clock of `clock.now()`. */
  retryAt = Infinity;
  /** When to kill it, on the clock of `clock.now()`. */
  killAt = Infinity;
  /** When to check whether its task has run for too long. */
  checkAt = Infinity;
  /** When it has got its first task or lost its last one, on the clock of `clock.now()`. */
  changedAt = 0;
  #readyAt = 0;
  #busyMs = 0;
  readonly #maxTasks: number;
  #sent = 0;
  #bytes = 0;
  #attempt = 0;
  #retryMs = FIRST_RETRY_MS;
  readonly #free: number[] = Array.from({ length: SLOTS }, (_, slot) => slot);
  readonly #known = new Set<number>();
  #outgoing: Outgoing[] = [];

  constructor(number: number, process: Process, channel: Channel, maxTasks: number) {
    this.number = number;
    this.process = process;
    this.channel = channel;
    this.#maxTasks = maxTasks;
  }

  /** Whether it may be given another task now. One that still starts gets its first, so that it need not ask for it. */
  hasRoom(): boolean {
    if (this.isRetiring || this.isBlocked || this.#free.length === 0 || this.#sent >= this.#maxTasks) return false;
    if (!this.isReady) return this.tasks.size === 0;
    return this.tasks.size < AHEAD_TASKS || this.#bytes < AHEAD_BYTES;
  }

  /** Gives it a task, which the next {@link flush} sends. Only if it {@link hasRoom}. */
  give(task: PoolTask): void {
    const { definition, message, kind, flags } = task.plan;
    if (!this.#known.has(definition.number)) this.#introduce(definition);
    const slot = this.#free.pop()!;
    const attempt = (this.#attempt = (this.#attempt % MAX_ATTEMPTS) + 1);
    const { words, at } = message;
    words[at + KIND] = kind;
    words[at + ID] = task.id;
    words[at + FUNCTION] = definition.number;
    words[at + SLOT] = slot;
    words[at + ATTEMPT] = attempt;
    words[at + FLAGS] = flags;
    this.channel.offer(slot, attempt);
    task.place = { worker: this, slot, attempt };
    if (this.tasks.size === 0) this.changedAt = clock.now();
    this.tasks.add(task);
    this.#sent++;
    this.#bytes += task.byteLength;
    if (task.plan.timeout !== Infinity) this.checkAt = 0;
    this.#outgoing.push({ bytes: message.bytes, task });
  }

  #introduce(definition: Definition): void {
    if (this.#known.size >= MAX_FUNCTIONS) {
      this.#known.clear();
      this.#outgoing.push({ bytes: forgetMessage() });
    }
    this.#known.add(definition.number);
    this.#outgoing.push({ bytes: definition.message, definition });
  }

  /**
   * Sends the tasks that it was given. Never waits: if the worker was stopped while it held its ring, it {@link isBlocked} for a
   * while, and other workers get its tasks.
   */
  flush(): Flushed {
    let messages = this.#outgoing;
    if (messages.length === 0) return NOTHING;
    this.#outgoing = [];
    const refused: Refusal[] = [];
    let broken: unknown;
    while (messages.length > 0) {
      const { put, error } = this.#send(messages);
      messages = messages.slice(put);
      if (error === undefined) break;
      if (!(error instanceof OutOfMemoryError)) {
        broken = error;
        break;
      }
      messages = this.#refuse(messages, error, refused);
    }
    if (messages.length === 0) this.#retryMs = FIRST_RETRY_MS;
    else this.#block();
    return { unsent: this.#unsend(messages), refused, broken };
  }

  /** Puts as many messages as there is room for. An error is about the next one, which was not put. */
  #send(messages: readonly Outgoing[]): { readonly put: number; readonly error?: unknown } {
    const { writer } = this.channel.ring;
    const batch = new RingBatch();
    for (const { bytes } of messages) batch.add(RingMessage.of(bytes));
    try {
      for (;;) {
        let outcome: 'put' | 'shut' | undefined = writer.tryPutMany(batch);
        const { next } = batch;
        if (next === undefined) break;
        // Only a put that may wait makes the ring grow.
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

  /** Takes out the first message and, if that defines a function, the tasks that call it. */
  #refuse([first, ...others]: readonly Outgoing[], error: unknown, refused: Refusal[]): Outgoing[] {
    const definition = first?.definition;
    if (definition !== undefined) this.#known.delete(definition.number);
    const isRefused = ({ task }: Outgoing): boolean =>
      definition !== undefined && task?.plan.definition.number === definition.number;
    for (const message of [first, ...others.filter(isRefused)]) {
      if (message?.task !== undefined && this.takeBack(message.task)) refused.push({ task: message.task, error });
    }
    return others.filter((message) => !isRefused(message));
  }

  #unsend(messages: readonly Outgoing[]): PoolTask[] {
    const unsent: PoolTask[] = [];
    for (const { task, definition } of messages) {
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

  takeBack(task: PoolTask): boolean {
    const { slot, attempt } = task.place!;
    if (!this.channel.takeBack(slot, attempt)) return false;
    this.#sent--;
    this.#release(task);
    return true;
  }

  /** Whether it is running the task now. */
  runs(task: PoolTask): boolean {
    const { slot, attempt } = task.place!;
    return this.channel.isRunning(slot, attempt);
  }

  finish(task: PoolTask): void {
    this.#release(task);
    this.unblock(); // it has taken a message
    if (!this.isRetiring) this.killAt = Infinity; // the task that was to stop has ended
    if (this.#sent >= this.#maxTasks && this.tasks.size === 0) this.retire(); // the next step of the driver replaces it
  }

  #release(task: PoolTask): void {
    this.tasks.delete(task);
    if (this.tasks.size === 0) this.#noteIdle();
    this.#bytes -= task.byteLength;
    this.#free.push(task.place!.slot);
    task.place = undefined;
    if (this.checkAt !== Infinity) this.checkAt = 0; // the first task may be another one now
  }

  #noteIdle(): void {
    const now = clock.now();
    if (this.isReady) this.#busyMs += now - this.changedAt;
    this.changedAt = now;
  }

  /** Its start has ended: it takes tasks. */
  noteReady(): void {
    this.isReady = true;
    this.#readyAt = this.changedAt = clock.now();
  }

  /** Milliseconds since it was ready. */
  aliveMs(now: number): number {
    return this.isReady ? now - this.#readyAt : 0;
  }

  /** Milliseconds in which it had tasks. */
  busyMs(now: number): number {
    return this.#busyMs + (this.isReady && this.tasks.size > 0 ? now - this.changedAt : 0);
  }

  stop(task: PoolTask, deadline: number): void {
    this.channel.stop(task.place!.attempt);
    this.killAt = Math.min(this.killAt, deadline);
  }

  /** Lets it end after the tasks that it has. */
  retire(): void {
    if (this.isRetiring) return;
    this.isRetiring = true;
    this.channel.shut();
  }
}
