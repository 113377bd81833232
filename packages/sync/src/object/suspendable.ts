/** A lock that was given back for the time of a wait. */
export interface Suspended {
  /** Takes it again as it was held, however long that takes. Cannot be given up. */
  resume(): Promise<void>;
  /** Like {@link resume}, but blocks the thread. */
  resumeSync(): void;
}

/** What a condition needs of its lock. */
export interface Suspendable {
  /** @throws {NotOwnedError} If the caller does not hold it. */
  checkHeld(): void;
  /**
   * Gives it back entirely, however often it was taken.
   *
   * @throws {NotOwnedError} If the caller does not hold it.
   */
  suspend(): Suspended;
}
