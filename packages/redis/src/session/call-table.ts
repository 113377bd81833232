import type { Argument } from '../link/link.js';
import type { Script } from '../scripts/script.js';
import { Call } from './call.js';

/** What it tells. */
export interface CallTableListener {
  /** There is the first call, or none any more: whether the program has to go on for them. */
  onBusy(isBusy: boolean): void;
  /** The first call waits for others, or none any more. */
  onWaiting(isWaiting: boolean): void;
}

/** The calls of a session that have no answer yet, in the order in which they are sent, and the answers that the server keeps. */
export class CallTable {
  readonly #listener: CallTableListener;
  readonly #calls = new Map<number, Call>();
  #last = 0;
  #waits = 0;
  /** Calls whose answers have arrived, which the server does not know yet. */
  #arrived: number[] = [];

  constructor(listener: CallTableListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Whether there are calls that wait for others. */
  get hasWaits(): boolean {
    return this.#waits > 0;
  }

  /** A call with the next number, which is not in the table yet. */
  create(script: Script, object: string, args: readonly Argument[]): Call {
    return new Call(++this.#last, script, object, args);
  }

  add(call: Call): void {
    this.#calls.set(call.number, call);
    if (this.#calls.size === 1) this.#listener.onBusy(true);
  }

  find(number: number): Call | undefined {
    return this.#calls.get(number);
  }

  has(call: Call): boolean {
    return this.#calls.get(call.number) === call;
  }

  [Symbol.iterator](): IterableIterator<Call> {
    return this.#calls.values();
  }

  /** The server has said that it waits. */
  wait(call: Call): void {
    if (call.isWaiting) return;
    call.isWaiting = true;
    if (++this.#waits === 1) this.#listener.onWaiting(true);
  }

  /** It waits no more. */
  endWait(call: Call): void {
    if (!call.isWaiting) return;
    call.isWaiting = false;
    if (--this.#waits === 0) this.#listener.onWaiting(false);
  }

  /** Takes it out. It may be in the table no more. */
  remove(call: Call): void {
    if (!this.#calls.delete(call.number)) return;
    this.endWait(call);
    if (this.#calls.size === 0) this.#listener.onBusy(false);
  }

  fail(call: Call, error: unknown): void {
    this.remove(call);
    call.fail(error);
  }

  failAll(error: unknown): void {
    for (const call of [...this.#calls.values()]) this.fail(call, error);
  }

  /** The answer has arrived: the server need not keep it. */
  noteArrived(call: Call): void {
    if (call.script.keeps || call.isWaiting) this.#arrived.push(call.number);
  }

  /** Has the call tell the server what has arrived. */
  acknowledgeBy(call: Call): void {
    if (call.acknowledges.length > 0) return;
    call.acknowledges = this.#arrived;
    this.#arrived = [];
  }

  /** The connection is gone, and perhaps what was to be told with it: it is told again. */
  acknowledgeAgain(): void {
    for (const call of this.#calls.values()) {
      this.#arrived.push(...call.acknowledges);
      call.acknowledges = [];
    }
  }

  /** A new session, for which the server keeps nothing yet. */
  forgetAnswers(): void {
    this.#arrived = [];
    for (const call of this.#calls.values()) call.acknowledges = [];
  }
}
