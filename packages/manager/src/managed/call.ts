import type { Caller } from './caller.js';

/** A call of a client that waits for the answer. */
export class Call {
  readonly caller: Caller;
  readonly number: number;
  /** The exclusive section it was made in; 0: none. */
  readonly section: number;
  /** Ends the wait; undefined while it does not wait. */
  giveUp: (() => void) | undefined;

  constructor(caller: Caller, number: number, section: number) {
    this.caller = caller;
    this.number = number;
    this.section = section;
  }

  /** Ends the wait, if there is one. */
  cancel(): void {
    this.giveUp?.();
  }
}

/** The result of a wait that ended because its call was cancelled. */
export const GIVEN_UP: unique symbol = Symbol('given up');
