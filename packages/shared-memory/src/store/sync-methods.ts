/** What an event can do. */
export interface EventMethods {
  /** Whether it is set. */
  isSet(): boolean;
  /** Sets it: all that wait go on. */
  set(): void;
  /** Clears it: from now on calls wait again. */
  clear(): void;
}

/** What a barrier can do. */
export interface BarrierMethods {
  /** Breaks it for the parties that wait, and makes it as new. */
  reset(): void;
  /** Breaks it. */
  abort(): void;
  /** How many must wait for all to go on. */
  parties(): number;
  /** How many wait. */
  waiting(): number;
  /** Whether it is broken: waits throw until it is reset. */
  broken(): boolean;
}
