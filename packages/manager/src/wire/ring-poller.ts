import { clock, runAtOnce, SpinBudget, WaitQueue } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine, Parker } from '@multiprocess/shared-memory';

// Waking a thread costs 50 to 150 µs where a halted processor must be kicked, and as much again in the thread that wakes it; a
// call that finds its server awake takes 5 to 10. So both sides stay awake for about as long as a wake-up costs: waiting
// in vain then costs at most twice what sleeping at once would have. A sleep is short if, without the wake-ups on both sides,
// it would have been over before it began.
const HOT_MICROS = 200;
const SHORT_SLEEP_MS = 0.5;

/**
 * How long one look blocks the thread. A thread that has nothing else to do spins as long as parkers do; others only yield:
 * a woken thread is often put on the processor of the one that woke it, which could not answer if this one never yielded.
 */
const LOOK_MICROS = { spin: 20, yield: 1 };

/** Ends a sleep early. */
const ROUSED = new Error('roused');

/** A budget of as long as a wake-up takes. */
export function hotBudget(): SpinBudget {
  return new SpinBudget(HOT_MICROS, SHORT_SLEEP_MS);
}

/** Takes messages, and says when to stop. */
interface RingListener {
  /** Takes messages, waiting for the first, and handles them. Any result but a number ends the polling. */
  receiving(): Coroutine<number | string>;
  /** Whether to go on. */
  isWanted(): boolean;
}

/**
 * An event loop that listens to a ring: it looks each turn for some time after the last message, so that the next one
 * need not wake it, and then sleeps.
 */
export class RingPoller {
  readonly #ring: ByteRing;
  readonly #waitQueue: WaitQueue;
  readonly #listener: RingListener;
  readonly #parker: Parker;
  readonly #lookMicros: number;
  readonly #budget = hotBudget();
  #until = 0;
  #settle: { resolve: (end: string) => void; reject: (error: unknown) => void } | undefined;
  #closed = false;

  constructor(ring: ByteRing, parker: Parker, listener: RingListener, manner: keyof typeof LOOK_MICROS) {
    this.#ring = ring;
    this.#waitQueue = new WaitQueue(parker);
    this.#listener = listener;
    this.#parker = parker;
    this.#lookMicros = LOOK_MICROS[manner];
  }

  /** Whether it listens. */
  get isOn(): boolean {
    return this.#settle !== undefined;
  }

  /** Listens as long as it is wanted. @returns why it ended: 'unwanted', or what came instead of messages */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#stayHot();
    });
  }

  /** Makes it check at once whether it is still wanted: another call has taken what it slept for. */
  reconsider(): void {
    if (!this.#listener.isWanted()) this.#waitQueue.dismiss(() => ROUSED);
  }

  /** Lets it keep the event loop alive while it listens, as it does from the start. */
  ref(): void {
    this.#waitQueue.ref();
  }

  unref(): void {
    this.#waitQueue.unref();
  }

  /** Ends it: `listen()` resolves with 'unwanted'. */
  close(): void {
    this.#closed = true;
    this.#waitQueue.dismiss(() => new Error('closed'));
  }

  #stayHot(): void {
    this.#until = clock.now() + this.#budget.micros / 1000;
    clock.setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#closed || !this.#listener.isWanted()) {
      this.#end('unwanted');
      return;
    }
    try {
      if (this.#look()) this.#receive();
      else if (clock.now() < this.#until) clock.setImmediate(this.#turn);
      else void this.#sleep();
    } catch (error) {
      this.#fail(error);
    }
  };

  /** If another thread holds the ring, it may be stopped: sleep rather than spin. */
  #receive(): void {
    const received = runAtOnce(this.#parker, this.#listener.receiving());
    if (received === undefined) void this.#sleep();
    else if (typeof received === 'string') this.#end(received);
    else {
      this.#budget.learn(0);
      this.#stayHot();
    }
  }

  #look(): boolean {
    if (!this.#ring.isEmpty) return true;
    const before = clock.now();
    if (before >= this.#until) return false;
    const there = this.#ring.reader.glance(this.#parker, this.#lookMicros);
    this.#budget.noteLook(clock.now() - before);
    return there;
  }

  async #sleep(): Promise<void> {
    const began = clock.now();
    try {
      const received = await this.#waitQueue.wait(() => this.#listener.receiving(), Infinity);
      this.#budget.learn(clock.now() - began);
      if (typeof received === 'number') this.#stayHot();
      else this.#end(received ?? 'unwanted');
    } catch (error) {
      if (this.#closed) this.#end('unwanted');
      else if (error === ROUSED) this.#stayHot();
      else this.#fail(error);
    }
  }

  #end(why: string): void {
    this.#settle?.resolve(why);
    this.#settle = undefined;
  }

  #fail(error: unknown): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
  }
}
