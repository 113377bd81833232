import { BrokenBarrierError, LongTimer, checkInteger } from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import { GIVEN_UP } from '../call.js';
import type { Caller, HeldResource } from '../caller.js';
import { functionOf, waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';

interface Party {
  readonly call: Call;
  readonly settle: (outcome: { index: number } | 'broken') => void;
}

interface BarrierOptions {
  readonly action?: unknown;
  readonly timeout?: unknown;
}

/** A point that parties pass together. A party that gives up, or whose client ends, breaks it for all. */
export class ManagedBarrier extends OperationObject implements HeldResource {
  readonly proxy = 'BarrierProxy';
  readonly #parties: number;
  readonly #action: (() => unknown) | undefined;
  readonly #timeout: number | null;
  #waiting: Party[] = [];
  #broken = false;

  constructor(parties: unknown, { action, timeout }: BarrierOptions = {}) {
    super();
    this.#parties = checkInteger('parties', parties, { min: 1 });
    this.#action = action === undefined ? undefined : functionOf('action', action);
    this.#timeout = waitOf(timeout);
  }

  protected readonly operations = {
    wait: (call: Call, timeout: unknown) => this.#wait(call, timeout === undefined ? this.#timeout : waitOf(timeout)),
    reset: () => {
      this.#break();
      this.#broken = false;
    },
    abort: () => {
      this.#break();
    },
    parties: () => this.#parties,
    waiting: () => this.#waiting.length,
    broken: () => this.#broken,
  };

  releaseOf(caller: Caller): void {
    if (this.#waiting.some(({ call }) => call.caller === caller)) this.#break();
  }

  async #wait(call: Call, timeout: number | null): Promise<unknown> {
    if (this.#broken) throw brokenError();
    const index = this.#parties - 1 - this.#waiting.length;
    if (index === 0) return this.#pass();
    const outcome = new Promise<{ index: number } | 'broken'>((settle) => {
      this.#waiting.push({ call, settle });
    });
    call.caller.holds.add(this);
    const given = { up: false };
    const timer = timeout === null ? undefined : new LongTimer(timeout, () => this.#break());
    call.giveUp = () => {
      given.up = true;
      this.#break();
    };
    const settled = await outcome;
    timer?.cancel();
    call.giveUp = undefined;
    if (given.up) return GIVEN_UP;
    if (settled === 'broken') throw brokenError();
    return settled.index;
  }

  /** The last party has come: it lets the others go, after the action. */
  async #pass(): Promise<number> {
    const parties = this.#leave();
    try {
      await this.#action?.();
    } catch (error) {
      this.#broken = true;
      for (const { settle } of parties) settle('broken');
      throw error;
    }
    parties.forEach(({ settle }, i) => {
      settle({ index: this.#parties - 1 - i });
    });
    return 0;
  }

  #break(): void {
    this.#broken = true;
    for (const { settle } of this.#leave()) settle('broken');
  }

  #leave(): Party[] {
    const parties = this.#waiting;
    this.#waiting = [];
    for (const { call } of parties) call.caller.holds.delete(this);
    return parties;
  }
}

function brokenError(): BrokenBarrierError {
  return new BrokenBarrierError('The barrier is broken: aborted, reset, timed out, or a party has gone');
}
