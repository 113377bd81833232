import { checkBlockingTimeout, checkSignal, checkTimeout, waitSync } from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Description,
  NameOptions,
  ObjectMemory,
  Parker,
  WaitOptions,
} from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { EventFlag } from '../words/event-flag.js';
import { sizedMemory } from '../object/sized-memory.js';
import { WaitingObject } from '../object/waiting-object.js';

const KIND = 'sync.Event';

// Layout: an event flag. For its state after a crash, and why no wake is lost, see event-flag.ts.
const FLAG = 0;
const BYTES = EventFlag.WORDS * 4;

/** How to create an {@link Event}. */
export type EventOptions = NameOptions;

/**
 * A flag that processes and threads wait for. When it is set, all of them go on.
 *
 * A wait that has begun before it is set returns true, however soon it is cleared again.
 *
 * @example
 * ```ts source="../sync.examples.ts#event"
 * using stop = new Event();
 * process.once('SIGINT', () => {
 *   stop.set();
 * });
 *
 * while (!(await stop.wait({ timeout: 1000 }))) {
 *   console.log('once a second, until any process sets it');
 * }
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Event | Python's Event}
 */
export class Event extends WaitingObject {
  readonly #parker: Parker;
  readonly #flag: EventFlag;

  /**
   * Creates an event that is not set, or attaches to the one of the same name.
   *
   * @throws {@link HandleError} if the name is taken by something else.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: EventOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: EventOptions | ObjectMemory = {}) {
    const memory = sizedMemory(from, KIND, BYTES);
    super(memory);
    this.#parker = memory.thread.parker;
    this.#flag = new EventFlag(memory.words, memory.firstWord + FLAG, memory.thread);
  }

  /**
   * The event that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): Event {
    return new Event(attachHandle(handle, KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { set: this.#flag.isSet };
  }

  /** Whether it is set. May be out of date when it is read. */
  isSet(): boolean {
    this.openSegment();
    return this.#flag.isSet;
  }

  /** Sets it: all waiters go on, and no call waits until it is cleared. Never waits. Idempotent. */
  set(): void {
    this.openSegment();
    this.#flag.set();
  }

  /** Clears it: from now on, callers wait again. Never waits. Idempotent. */
  clear(): void {
    this.openSegment();
    this.#flag.clear();
  }

  /**
   * Waits until it is set.
   *
   * @returns false after a timeout
   * @throws {@link ClosedError} if it is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    const begun = this.#flag.state;
    if (this.#flag.isSet) return true;
    if (timeout === 0) return false;
    return (await this.waitQueue.wait(() => this.#flag.waiting(begun), timeout, signal)) === true;
  }

  /** Like {@link wait}, but blocks the thread, and with it the event loop. */
  waitSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = checkBlockingTimeout(options);
    return waitSync(this.#parker, this.#flag.waiting(this.#flag.state), timeout) === true;
  }
}

registerClass(KIND, Event, (peek) => EventFlag.look(peek, FLAG));
