import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import type { Session } from './session.js';

/**
 * Exclusive use of one object: while a client's section has it, the calls of all others stand behind it in their order,
 * and so do further sections. The end of the client is the end of its section.
 */
export class ExclusiveAccess {
  #session: Session | undefined;
  #section = 0;
  readonly #behind: { readonly call: Call; readonly run: () => void }[] = [];

  /** Runs the call now, or when its turn has come. */
  pass(call: Call, run: () => void): void {
    this.#session?.endIfDead();
    if (this.#session === undefined || this.#isInside(call)) run();
    else this.#behind.push({ call, run });
  }

  /** Whether nobody has it. */
  get isOpen(): boolean {
    return this.#session === undefined;
  }

  /** Gives the object to the section that the call belongs to. */
  enter(call: Call): void {
    this.#session = call.session;
    this.#section = call.section;
    call.session.holds.add(this);
  }

  /** @throws {NotOwnedError} If the call's section has it not. */
  leave(call: Call): void {
    if (!this.#isInside(call)) throw new NotOwnedError('This section does not have the object to itself');
    this.#open();
  }

  /** The session has ended. */
  releaseOf(session: Session): void {
    if (this.#session === session) this.#open();
  }

  #open(): void {
    this.#session?.holds.delete(this);
    this.#session = undefined;
    // Until one of them has it.
    while (this.isOpen) {
      const next = this.#behind.shift();
      if (next === undefined) return;
      if (next.call.session.isOpen) next.run();
    }
  }

  #isInside(call: Call): boolean {
    return this.#session === call.session && this.#section === call.section;
  }
}
