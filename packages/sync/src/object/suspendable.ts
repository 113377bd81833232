/** A lock that was released for the time of a wait. */
export interface Suspended {
  /** Takes it again as it was held, however long that takes. Cannot be aborted. */
  resume(): Promise<void>;
  /** Like {@link resume}, but blocks the thread. */
  resumeSync(): void;
}

/** A lock that a condition can release during a wait. */
export interface Suspendable {
  /** @param needing the method that needs it @throws {@link NotOwnedError} if the caller does not hold it. */
  checkHeld(needing: string): void;
  /** Releases it entirely, however often it was taken. @throws {@link NotOwnedError} if the caller does not hold it. */
  suspend(): Suspended;
}
