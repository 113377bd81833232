import type { Readable, Writable } from 'node:stream';
import { constants } from 'node:os';
import { clock } from '@multiprocess/shared-memory';
import { Latch } from '../wait/latch.js';
import type { TerminateOptions } from './termination.js';

/** A started process or thread: whether it runs, how it ended, and whether it keeps the event loop alive. */
export abstract class Child {
  /** Its process id; of a thread, that of this process. */
  abstract readonly pid: number;
  abstract readonly stdin: Writable | null;
  abstract readonly stdout: Readable | null;
  abstract readonly stderr: Readable | null;
  readonly #onEnd: () => void;
  readonly #ended = new Latch((waiting) => {
    this.#isAwaited = waiting;
    this.updateRef();
  });
  #exitCode: number | null = null;
  #hasEnded = false;
  #isAwaited = false;
  #holdsWhileRunning: boolean;
  #holdsWhileAwaited = true;

  /**
   * @param holdsLoop whether it keeps the event loop alive while it runs
   * @param onEnd called once, when it is found to have ended
   */
  constructor(holdsLoop: boolean, onEnd: () => void) {
    this.#holdsWhileRunning = holdsLoop;
    this.#onEnd = onEnd;
  }

  /** The status it exited with, or −N if signal N killed it; null while it runs. */
  get exitCode(): number | null {
    this.look();
    return this.#exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    const code = this.exitCode;
    return code === null || code >= 0 ? null : signalName(-code);
  }

  /** Whether this process, when it ends, first waits for it. */
  get isWaitedFor(): boolean {
    return this.#holdsWhileRunning;
  }

  /** Why it ended, as far as this process was told and it has not reported itself. */
  get failure(): Error | undefined {
    return undefined;
  }

  /** Whether it has ended. Does not block. */
  abstract look(): boolean;

  /**
   * Like {@link look}, for a caller that goes on in the event loop: not before its status is known, which the event loop tells some turns
   * after it has reaped it.
   */
  lookInLoop(): boolean {
    return this.look();
  }

  /** Blocks until it has ended, at most `timeout` ms. */
  abstract waitSync(timeout: number): boolean;

  /** Awaits its end, at most `timeout` ms, keeping the event loop alive. */
  async wait(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.lookInLoop() || this.#ended.wait(timeout, signal);
  }

  /** Sends it a signal. Does nothing if it has ended. */
  abstract signal(signal: NodeJS.Signals): void;

  /** Asks it to end, so that it can clean up. Does not wait. */
  abstract terminate(options: TerminateOptions): void;

  abstract abandonStreams(): void;

  ref(): void {
    this.#holdsWhileRunning = this.#holdsWhileAwaited = true;
    this.updateRef();
  }

  unref(): void {
    this.#holdsWhileRunning = this.#holdsWhileAwaited = false;
    this.updateRef();
  }

  /** Whether it has been seen to end. */
  protected get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether it is to keep the event loop alive now. */
  protected get holdsLoop(): boolean {
    return this.#isAwaited ? this.#holdsWhileAwaited : this.#holdsWhileRunning;
  }

  /** Refs or unrefs its handles, as {@link holdsLoop} says. */
  protected abstract updateRef(): void;

  /** Call this when it was seen to end. If only the event loop will learn the status, pass null and call it again then. */
  protected noteEnd(exitCode: number | null): void {
    this.#exitCode ??= exitCode;
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    // libuv reaps all ended processes before it emits the first `exit`, so a caller that was woken by the first could not
    // read the status of the others. Therefore wake callers after all have been emitted.
    clock.setImmediate(() => {
      this.#ended.open();
    });
  }
}

/** The name of a signal by its number. */
function signalName(signal: number): NodeJS.Signals | null {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, number]) => number === signal)?.[0] ?? null;
}
