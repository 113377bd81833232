import { BrokenBarrierError, checkInteger } from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import { GIVEN_UP } from '../call.js';
import type { Caller, HeldResource } from '../caller.js';
import { functionOf, waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';
import { Generation } from './generation.js';

interface BarrierOptions {
  readonly action?: unknown;
  readonly timeout?: unknown;
}

/** A point that parties pass together. A party that waits for too long, or whose client ends, breaks it for all. */
export class ManagedBarrier extends OperationObject implements HeldResource {
  readonly proxy = 'BarrierProxy';
  readonly #parties: number;
  readonly #action: (() => unknown) | undefined;
  readonly #timeout: number | null;
  #generation = new Generation();
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
    waiting: () => this.#generation.calls.size,
    broken: () => this.#broken,
  };

  releaseOf(caller: Caller): void {
    if (this.#generation.has(caller)) this.#break();
  }

  async #wait(call: Call, timeout: number | null): Promise<unknown> {
    if (this.#broken) throw brokenError();
    const generation = this.#generation;
    if (generation.calls.size === this.#parties - 1) return this.#pass();
    generation.calls.add(call);
    call.caller.holds.add(this);
    let end = await generation.wait(call, timeout);
    if (end === undefined) {
      // Once the last party has come, its action decides, however long that takes.
      if (generation === this.#generation) this.#break();
      end = await generation.wait(call, null);
    }
    if (end === GIVEN_UP) this.#forget(call, generation);
    if (end === 'broken') throw brokenError();
    return end;
  }

  /** The last party has come: it lets the others go, after the action. */
  async #pass(): Promise<number> {
    const generation = this.#replace();
    try {
      await this.#action?.();
    } catch (error) {
      generation.end('broken');
      this.#break();
      throw error;
    }
    generation.end('passed');
    return 0;
  }

  #break(): void {
    this.#broken = true;
    this.#replace().end('broken');
  }

  #replace(): Generation {
    const generation = this.#generation;
    this.#generation = new Generation();
    for (const { caller } of generation.calls) caller.holds.delete(this);
    return generation;
  }

  #forget(call: Call, generation: Generation): void {
    generation.calls.delete(call);
    if (generation === this.#generation && !generation.has(call.caller)) call.caller.holds.delete(this);
  }
}

function brokenError(): BrokenBarrierError {
  return new BrokenBarrierError('The barrier is broken: aborted, reset, timed out, or a party has gone');
}
