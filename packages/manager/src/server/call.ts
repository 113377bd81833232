import type { Session } from './session.js';

/** A call that a client has made and waits for. */
export class Call {
  readonly session: Session;
  readonly number: number;
  /** The exclusive section it was made in; 0 for none. */
  readonly section: number;
  /** Gives up what it waits for; there only while it waits. */
  giveUp: (() => void) | undefined;

  constructor(session: Session, number: number, section: number) {
    this.session = session;
    this.number = number;
    this.section = section;
  }

  /** Ends the wait, if there is one: the client does not want it any more. */
  cancel(): void {
    this.giveUp?.();
  }
}

/** What a wait that was given up on request is answered with. */
export const GIVEN_UP: unique symbol = Symbol('given up');
