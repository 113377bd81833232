import {
  awaitSteps,
  blockSteps,
  BrokenBarrierError,
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  clock,
  isThenable,
  ObjectMemory,
  step,
  WaitQueue,
  waitSync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Coroutine, Description, Parker, Steps, WaitOptions } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { importedFunction } from '@multiprocess/serialization';
import { checkBarrierOptions } from './barrier-options.js';
import type { Action, BarrierOptions, BarrierToAttach } from './barrier-options.js';
import { decodeAction, hasAction, lookAtBarrier, openTable, readPlan } from './barrier-plan.js';
import type { BarrierPlan } from './barrier-plan.js';
import { BARRIER_KIND, createBarrier } from './barrier-memory.js';
import { ABORTED, ACTION_FAILED, PASSED, TIMED_OUT, whyBroken } from '../words/party-state.js';
import type { ActionRole, PartyTable } from '../words/party-table.js';
import { WaitingObject } from '../object/waiting-object.js';

/**
 * A place where a number of parties wait for each other: when the last has arrived, all go on, and it can be used again.
 *
 * It breaks when a wait times out, when its action fails, when it is aborted, and when a waiting party dies. Every party that
 * waits or arrives then throws {@link BrokenBarrierError} with the reason; after a death, blocked parties notice it within
 * 200 ms, others within a second. {@link reset} makes it whole again.
 *
 * @example
 * ```ts source="../sync.examples.ts#barrier"
 * using start = new Barrier({ parties: 3, timeout: 10_000 });
 *
 * const takePart = async (): Promise<void> => {
 *   const place = await start.wait(); // until all three are there, in whatever processes
 *   if (place === 0) console.log('we begin');
 * };
 * await Promise.all([takePart(), takePart(), takePart()]);
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Barrier | Python's Barrier}
 */
export class Barrier extends WaitingObject {
  readonly #parker: Parker;
  readonly #plan: BarrierPlan;
  readonly #table: PartyTable;
  readonly #action: Action | undefined;
  readonly #role: ActionRole;
  readonly #arrivals: WaitQueue;

  /**
   * Creates a barrier, or attaches to the one of the same name.
   *
   * @throws {@link TypeError} if an option is not of its type.
   * @throws {@link RangeError} if `parties` is not a whole number from 1 to 4096.
   * @throws {@link HandleError} if the name is taken by something else, or by a barrier with other options.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options: BarrierOptions | BarrierToAttach);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: BarrierOptions | BarrierToAttach | ObjectMemory) {
    const options = from instanceof ObjectMemory ? undefined : checkBarrierOptions(from);
    const memory = from instanceof ObjectMemory ? from : createBarrier(options!);
    super(memory);
    this.#parker = memory.thread.parker;
    this.#plan = readPlan(memory);
    this.#table = openTable(memory, this.#plan);
    const action = options !== undefined && 'action' in options ? options.action : undefined;
    this.#action = action ?? decodeAction(this.#plan);
    this.#role = this.#action === undefined ? (hasAction(this.#plan) ? 'others' : 'none') : 'mine';
    this.#arrivals = new WaitQueue(memory.thread.parker);
  }

  /**
   * The barrier that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): Barrier {
    return new Barrier(attachHandle(handle, BARRIER_KIND));
  }

  /** How many parties must arrive. */
  get parties(): number {
    this.openSegment();
    return this.#plan.parties;
  }

  /** How many parties have arrived and wait. May be out of date when it is read. */
  get waiting(): number {
    this.openSegment();
    return this.#table.waiting;
  }

  /** Whether it is broken. */
  get broken(): boolean {
    this.openSegment();
    return this.#table.brokenBy !== undefined;
  }

  /**
   * Waits until all parties have arrived.
   *
   * @returns the place of this party: each party gets a different number from 0 to parties - 1
   * @throws {@link BrokenBarrierError} if it is broken, or breaks during the wait. The wait's own `timeout` (default: that of the
   * barrier) breaks it for all parties; with 0, a party that is not the last breaks it at once.
   * @throws {@link ClosedError} if it is closed here, also during the wait; the other parties wait on.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; the other parties wait on
   * @throws what the action throws, if it was run here; the barrier is broken then
   */
  async wait(options?: WaitOptions): Promise<number> {
    return awaitSteps(this.#waiting(options, checkTimeout));
  }

  /** Like {@link wait}, but blocks the thread, and with it the event loop. The action must not be async. */
  waitSync(options?: BlockOptions): number {
    return blockSteps(this.#waiting(options, checkBlockingTimeout));
  }

  /**
   * Empties it, and repairs it if it is broken. Waiting parties throw {@link BrokenBarrierError}. May block for the
   * microseconds that another party takes to arrive or leave.
   */
  reset(): void {
    this.openSegment();
    this.#now(this.#table.resetting());
  }

  /**
   * Breaks it until it is {@link reset}. Parties that wait or arrive throw {@link BrokenBarrierError}. May block for the
   * microseconds that another party takes to arrive or leave.
   */
  abort(): void {
    this.openSegment();
    this.#now(this.#table.breaking(ABORTED));
  }

  override ref(): this {
    this.#arrivals.ref();
    return super.ref();
  }

  override unref(): this {
    this.#arrivals.unref();
    return super.unref();
  }

  /** Closes the object in this thread. Other threads keep it, and it still waits for as many parties. Idempotent. */
  override close(): void {
    for (const slot of this.#table.slots) this.#withdraw(slot);
    this.#arrivals.dismiss(() => this.closedError());
    super.close();
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { parties: this.parties, waiting: this.waiting, broken: this.broken };
  }

  *#waiting(options: WaitOptions | undefined, timeoutIn: typeof checkTimeout): Steps<number> {
    this.openSegment();
    const timeout = timeoutIn(options);
    const isUnsaid = timeout === Infinity && options?.timeout === undefined;
    const deadline = clock.now() + (isUnsaid ? this.#plan.timeout : timeout);
    const signal = checkSignal(options);
    const left = () => Math.max(0, deadline - clock.now());
    const slot = this.#arrived(yield* this.#arrivals.step(() => this.#table.arriving(this.#role), left(), signal));
    let outcome: number | 'act' | undefined;
    try {
      for (;;) {
        this.#checkThere(slot);
        outcome =
          this.#table.outcome(slot) ?? (yield* this.waitQueue.step(() => this.#table.awaiting(slot), left(), signal));
        if (outcome !== 'act') break;
        yield* this.#acting();
      }
    } catch (error) {
      const place = this.#withdraw(slot);
      if (place === undefined) throw error;
      return place;
    }
    return this.#leave(slot, outcome);
  }

  #arrived(slot: number | undefined): number {
    this.openSegment(); // if it was closed meanwhile, its words may belong to another object
    if (slot !== undefined && slot >= 0) return slot;
    if (slot === undefined) this.#now(this.#table.breaking(TIMED_OUT));
    throw newBrokenError(slot === undefined ? TIMED_OUT : -slot);
  }

  /** Fails after close(), when its words may belong to another object. */
  #checkThere(slot: number): void {
    if (!this.#table.has(slot)) throw this.closedError();
  }

  #leave(slot: number, outcome: number | undefined): number {
    this.#checkThere(slot);
    if (outcome === undefined) this.#now(this.#table.breaking(TIMED_OUT, slot));
    const state = this.#table.stateOf(slot);
    const place = this.#table.free(slot);
    if (state === PASSED) return place;
    throw newBrokenError(state);
  }

  /** Withdraws a party. Returns its place if it had passed before. */
  #withdraw(slot: number): number | undefined {
    if (!this.#table.has(slot)) return undefined; // close() has done it
    this.#now(this.#table.withdrawing(slot));
    const hasPassed = this.#table.stateOf(slot) === PASSED;
    const place = this.#table.free(slot);
    return hasPassed ? place : undefined;
  }

  *#acting(): Steps<void> {
    let state = ACTION_FAILED;
    try {
      yield* step(
        () => runAction(this.#action),
        () => runActionSync(this.#action),
      );
      state = PASSED;
    } finally {
      if (this.isOpen) this.#now(this.#table.acted(state));
    }
  }

  /** Runs a step of some instructions. It waits only for other such steps. */
  #now(waiting: Coroutine<void>): void {
    waitSync(this.#parker, waiting, Infinity);
  }
}

registerClass(BARRIER_KIND, Barrier, lookAtBarrier);

/** Loads the module of a task first, which may use top-level await. */
async function runAction(action: Action | undefined): Promise<void> {
  if (action !== undefined) await ((await importedFunction(action)) as Action)();
}

function runActionSync(action: Action | undefined): void {
  if (!isThenable(action?.())) return;
  throw new TypeError('The action of this barrier is async: await wait() instead of waitSync()');
}

function newBrokenError(state: number): BrokenBarrierError {
  return new BrokenBarrierError(`The barrier is broken: ${whyBroken(state)}`);
}
