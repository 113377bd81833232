import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import type { Caller, HeldResource } from './caller.js';

/**
 * Exclusive use of one object. While a section of a client has it, all other calls queue up, and so do further sections. The
 * section ends with its client at the latest.
 */
export class ExclusiveAccess implements HeldResource {
  #caller: Caller | undefined;
  #section = 0;
  readonly #queued: { readonly call: Call; readonly run: () => void }[] = [];

  /** Runs the call now, or when it is its turn. */
  pass(call: Call, run: () => void): void {
    this.#caller?.endIfDead();
    if (this.#caller === undefined || this.#isInside(call)) run();
    else this.#queued.push({ call, run });
  }

  /** Whether no section has the object. */
  get isOpen(): boolean {
    return this.#caller === undefined;
  }

  /** Gives the object to the section that the call belongs to. */
  enter(call: Call): void {
    this.#caller = call.caller;
    this.#section = call.section;
    call.caller.holds.add(this);
  }

  /** @throws {@link NotOwnedError} if the section of the call does not have the object. */
  leave(call: Call): void {
    if (!this.#isInside(call)) throw new NotOwnedError('This section does not have the object to itself');
    this.#open();
  }

  releaseOf(caller: Caller): void {
    if (this.#caller === caller) this.#open();
  }

  #open(): void {
    this.#caller?.holds.delete(this);
    this.#caller = undefined;
    while (this.isOpen) {
      const next = this.#queued.shift();
      if (next === undefined) return;
      if (next.call.caller.isOpen) next.run(); // may enter a section, which ends the loop
    }
  }

  #isInside(call: Call): boolean {
    return this.#caller === call.caller && this.#section === call.section;
  }
}
