import type { Parker } from './parker.js';

/** A thread that holds something, as shown to people. */
export interface OwnerDescription {
  /** Process id. */
  readonly pid: number;
  /** 0 for a process's main thread, else the number of its worker thread. */
  readonly threadId: number;
}

/**
 * The calling thread: its id, how it sleeps, and whether other threads still live.
 *
 * Every algorithm over shared words receives one, so that the same code runs between processes and, without any native
 * part, between the threads of one.
 */
export interface Thread {
  /** Owner id of this thread: positive, 31 bits, not used again while a word may hold it. */
  readonly self: number;
  readonly parker: Parker;
  /** Whether the thread with that owner id has ended, however it ended. */
  isDead(owner: number): boolean;
  /** The thread with that owner id, if it lives. */
  describe(owner: number): OwnerDescription | undefined;
}
