import { importNeeded } from '@multiprocess/serialization';
import { onAborted } from '@multiprocess/shared-memory';
import type { MultiprocessError } from '@multiprocess/shared-memory';
import * as Kind from '../wire/frame-kind.js';
import type { Frame } from '../wire/frame.js';

/** How a call ended. */
export type Outcome =
  | { readonly how: 'result'; readonly value: unknown }
  | { readonly how: 'failure'; readonly error: unknown }
  | { readonly how: 'unsent' | 'broken'; readonly error: MultiprocessError }
  | { readonly how: 'cancelled' };

const MAX_CALLS = 2 ** 32 - 1;

/** The calls of one client that wait for their answer. */
export class PendingCalls {
  readonly #decode: (body: Uint8Array) => unknown;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  /** Calls that block the thread, so that no module can be imported for their answers. */
  readonly #blocking = new Set<number>();
  #last = 0;

  constructor(decode: (body: Uint8Array) => unknown) {
    this.#decode = decode;
  }

  /** A number that no pending call has. */
  nextNumber(): number {
    do this.#last = (this.#last % MAX_CALLS) + 1;
    while (this.#pending.has(this.#last));
    return this.#last;
  }

  readonly areThere = (): boolean => this.#pending.size > 0;

  /** @param cancel asks the server to give the call up. The server decides: a call that it has done has its result. */
  wait(number: number, signal: AbortSignal | undefined, cancel: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      if (signal === undefined) {
        this.#pending.set(number, resolve);
        return;
      }
      const stopListening = onAborted(signal, cancel);
      this.#pending.set(number, (outcome) => {
        stopListening();
        resolve(outcome);
      });
    });
  }

  /** @param receive receives answers until the call has ended, or none will come, blocking the thread */
  waitSync(number: number, receive: (done: () => boolean) => void): Outcome {
    let outcome: Outcome | undefined;
    this.#pending.set(number, (settled) => {
      outcome = settled;
    });
    this.#blocking.add(number);
    try {
      receive(() => outcome !== undefined);
    } finally {
      this.#blocking.delete(number);
      this.#pending.delete(number);
    }
    return outcome ?? { how: 'failure', error: undefined };
  }

  /** Ends the call that the frame answers. */
  answer(frame: Frame): void {
    const settle = this.#take(frame.call);
    const needed = this.#blocking.has(frame.call) ? undefined : importNeeded(frame.body);
    if (needed !== undefined) {
      const { kind } = frame;
      const body = frame.body.slice();
      void needed.then(() => settle?.(this.#outcomeOf(kind, body)));
      return;
    }
    // Decoded even if no call waits for it: it may bring proxies, whose leases must be given back.
    const outcome = this.#outcomeOf(frame.kind, frame.body);
    settle?.(outcome);
  }

  end(number: number, outcome: Outcome): void {
    this.#take(number)?.(outcome);
  }

  endAll(outcome: Outcome): void {
    for (const settle of this.#pending.values()) settle(outcome);
    this.#pending.clear();
  }

  #take(number: number): ((outcome: Outcome) => void) | undefined {
    const settle = this.#pending.get(number);
    this.#pending.delete(number);
    return settle;
  }

  #outcomeOf(kind: number, body: Uint8Array): Outcome {
    try {
      if (kind === Kind.CANCELLED) return { how: 'cancelled' };
      const value = this.#decode(body);
      if (kind === Kind.RESULT) return { how: 'result', value };
      return { how: 'failure', error: kind === Kind.FAILURE ? value : new TypeError(`Unknown answer of kind ${kind}`) };
    } catch (error) {
      return { how: 'failure', error };
    }
  }
}
