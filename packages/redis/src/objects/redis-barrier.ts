import { BrokenBarrierError, checkSignal, checkTimeout, LongTimer, onAborted } from '@multiprocess/shared-memory';
import type { StoreBarrier, WaitOptions } from '@multiprocess/shared-memory';
import { abortBarrier, breakRound, endAction, leaveRound, waitAtBarrier } from '../scripts/barrier.js';
import { field, waiting } from '../scripts/objects.js';
import type { Call, Reply } from '../session/call.js';
import { registerObject } from './attach-object.js';
import { RedisObject } from './redis-object.js';
import type { Target } from './redis-object.js';

/** What a barrier does here, beside what it is in the server. */
export interface BarrierBehaviour {
  readonly action?: (() => unknown) | undefined;
  /** ms */
  readonly timeout?: number | undefined;
}

/**
 * A barrier on Redis; made by {@link RedisStore.barrier}. A party whose program ends breaks it. The action is that of the object through which
 * the last party waits, and runs there.
 */
export class RedisBarrier extends RedisObject implements StoreBarrier {
  readonly #behaviour: BarrierBehaviour;

  /** @internal */
  constructor(target: Target, behaviour: BarrierBehaviour = {}) {
    super(target);
    this.#behaviour = behaviour;
  }

  protected readonly kind: string = 'Barrier';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach(handle: string): RedisBarrier {
    return attachBarrier(handle);
  }

  /**
   * Waits until all parties do; the last one runs the barrier's action first.
   *
   * @returns a number from 0 on, another one for each party
   * @throws {@link BrokenBarrierError} if it is broken, or breaks meanwhile, as it does after a timeout.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; the other parties wait on
   */
  async wait(options?: WaitOptions): Promise<number> {
    checkTimeout(options);
    const own = options?.timeout === undefined && options?.block !== false;
    const timeout = checkTimeout(own ? { ...options, timeout: this.#behaviour.timeout } : options);
    const signal = checkSignal(options);
    const { action } = this.#behaviour;
    for (;;) {
      const call = await this.beginRequest(waitAtBarrier, [action === undefined ? '' : '1']);
      const reply = await this.#outcome(call, timeout, signal);
      if (this.mustRepeat(reply)) continue;
      if (reply.how === '!') throw brokenError();
      if (reply.how === '+') return Number(reply.body.toString());
      return await this.#act(call, action);
    }
  }

  /** Breaks it for the parties that wait, and makes it as new. */
  async reset(): Promise<void> {
    await this.request(abortBarrier, ['1']);
  }

  /** Breaks it. */
  async abort(): Promise<void> {
    await this.request(abortBarrier, ['']);
  }

  async parties(): Promise<number> {
    return Number((await this.request(field, ['p'])).body.toString());
  }

  /** How many wait. */
  async waiting(): Promise<number> {
    return Number((await this.request(waiting, [])).body.toString());
  }

  async broken(): Promise<boolean> {
    return (await this.request(field, ['x'])).body.toString() === '1';
  }

  #outcome(call: Call, timeout: number, signal: AbortSignal | undefined): Promise<Reply> {
    return new Promise((resolve, fail) => {
      const reject: (reason: unknown) => void = fail; // the reason of a signal may be anything
      const end = (how: () => void): void => {
        timer.cancel();
        stopListening();
        how();
      };
      const late = (): void => {
        // Once the last party has come, its action decides, however long that takes.
        this.beginRequest(breakRound, [String(call.number)]).then(
          (one) => one.answered.catch(reject),
          (error: unknown) => reject(error),
        );
      };
      const timer = new LongTimer(timeout, late);
      const stopListening = onAborted(signal, (reason) =>
        end(() => {
          this.core.session.abandon(call, leaveRound, [String(call.number)]);
          reject(reason);
        }),
      );
      call.answered.then(
        (reply) => end(() => resolve(reply)),
        (error: unknown) => end(() => reject(error)),
      );
    });
  }

  /** The last party has come: it lets the others go, after the action. */
  async #act(call: Call, action: (() => unknown) | undefined): Promise<number> {
    let passed = '';
    try {
      await action?.();
      passed = '1';
    } finally {
      await this.request(endAction, [String(call.number), passed]);
    }
    return 0;
  }
}

function brokenError(): BrokenBarrierError {
  return new BrokenBarrierError('The barrier is broken: aborted, reset, timed out, or a party has gone');
}

const attachBarrier = registerObject('Barrier', RedisBarrier);
