import { checkMainThread, hold, pendingNames, release } from './arrivals.js';
import { checkCatchable, namesOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * Holds signals back from now on, as `pthread_sigmask` does for a thread. They stay pending, at most one of each name, until
 * `sigwait` (see its example) takes them or {@link unblockSignals} lets them through. Programs that are started meanwhile
 * do not inherit this.
 */
export function blockSignals(signals: Iterable<Signal>): void {
  checkMainThread();
  const names = namesOf(signals);
  for (const name of names) checkCatchable(name);
  for (const name of names) hold(name);
}

/** Lets signals through again after {@link blockSignals}. Pending ones arrive now, at their handler or with their default action. */
export function unblockSignals(signals: Iterable<Signal>): void {
  checkMainThread();
  for (const name of namesOf(signals)) release(name);
}

/** The signals that have arrived while {@link blockSignals} held them back. */
export function pendingSignals(): Set<NodeJS.Signals> {
  return new Set(pendingNames());
}
