/** Something that a client holds and loses when it ends. */
export interface HeldResource {
  /** The client has ended: gives back what it had. */
  releaseOf(caller: Caller): void;
}

/** What a managed object knows of the client that makes a call. */
export interface Caller {
  /** What it holds now. An object adds itself while the client holds it. */
  readonly holds: Set<HeldResource>;
  /** Whether it has not ended. A result for one that has ended is lost, so ask before you hand one out. */
  readonly isOpen: boolean;
  /** Frees what the client held if its thread has ended and the server has not noticed yet. */
  endIfDead(): void;
}
