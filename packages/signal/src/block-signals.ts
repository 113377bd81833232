import { checkMainThread, hold, pendingNames, release } from './arrivals.js';
import { checkCatchable, namesOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * Holds signals back from now on, as `pthread_sigmask` does for a thread. They stay pending, at most one of each name, until
 * `sigwait` takes them or {@link unblockSignals} lets them through. Programs that are started meanwhile do not inherit this.
 *
 * @example
 * ```ts source="./signal.examples.ts#blocked"
 * blockSignals(['SIGUSR1']); // stays pending instead of ending the program
 * raiseSignal('SIGUSR1');
 * console.log(pendingSignals()); // Set { 'SIGUSR1' }
 * console.log(await sigwait(['SIGUSR1'])); // 'SIGUSR1': taken, so that no handler runs
 * console.log(await sigtimedwait(['SIGUSR1'], 100)); // null: none came
 * unblockSignals(['SIGUSR1']);
 * ```
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
