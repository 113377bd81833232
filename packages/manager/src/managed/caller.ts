/** What a client has taken of an object, and loses when it ends. */
export interface HeldResource {
  /** The client has ended: gives back what it had. */
  releaseOf(caller: Caller): void;
}

/** The client that makes a call, as a managed object sees it. */
export interface Caller {
  /** What it holds now. An object enters itself here while the client has it. */
  readonly holds: Set<HeldResource>;
  /** Whether it has not ended. A result for one that has ended is lost, so ask before you hand one out. */
  readonly isOpen: boolean;
  /** Frees what the client held if its thread has ended and the server has not noticed yet. */
  endIfDead(): void;
}
