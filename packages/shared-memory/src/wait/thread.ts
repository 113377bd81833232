import type { Parker } from './parker.js';

/** A thread that holds something, for people. */
export interface OwnerDescription {
  /** Process id. */
  readonly pid: number;
  /** 0 for a process's main thread, else the number of its worker thread. */
  readonly threadId: number;
}

/**
 * The calling thread as the others see it: its id, whether others still live, how it sleeps.
 *
 * Every algorithm over shared words receives one, so that the same code runs between processes and, without any native
 * part, between the threads of one.
 */
export interface Thread {
  /** Owner id of this thread: positive, 31 bits, never given to another thread as long as words may hold it. */
  readonly self: number;
  readonly parker: Parker;
  /** Whether the thread with that owner id has ended, however it ended. */
  isDead(owner: number): boolean;
  /** The thread with that owner id, if it lives. */
  describe(owner: number): OwnerDescription | undefined;
}
