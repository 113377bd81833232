/** What an event can do. */
export interface EventMethods {
  isSet(): boolean;
  set(): void;
  clear(): void;
}

/** What a barrier can do. */
export interface BarrierMethods {
  /** Breaks it for the parties that wait, and makes it as new. */
  reset(): void;
  /** Breaks it. */
  abort(): void;
  parties(): number;
  /** How many wait. */
  waiting(): number;
  broken(): boolean;
}
