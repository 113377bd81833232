/** Actions of signals, and timers that send signals. Results as those of `Native`. */
export interface SignalCalls {
  /**
   * The action of a signal. Handlers are installed by the runtime; this can only remove them, and restore what it has removed.
   *
   * @param action -1 changes nothing, 0 sets the default, 1 ignores it, 2 restores the last handler that 1 has replaced
   * @returns The action before: 0 the default, 1 ignored, 2 a handler. -22 (`EINVAL`) if it is not a signal, cannot be changed, or has no
   * handler to restore.
   */
  signalAction(signal: number, action: number): number;

  /** Sends a signal to the calling thread. Its default action has been taken when this returns. */
  raiseSignal(signal: number): number;

  /** Makes the kernel send SIGALRM after `seconds`; 0 stops it. Returns the seconds left of the previous alarm. */
  alarm(seconds: number): number;

  /**
   * Starts or stops (0) a kernel timer: 0 for real time (SIGALRM), 1 for user processor time (SIGVTALRM), 2 for user and system
   * processor time (SIGPROF).
   *
   * @returns `[remaining, interval]` from before, in µs; or `[-errno]`.
   */
  setTimer(which: number, micros: number, intervalMicros: number): number[];

  /** The values of {@link setTimer}, without a change. */
  getTimer(which: number): number[];
}
