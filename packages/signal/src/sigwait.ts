import { TimeoutError, checkSignal, checkTimeout } from '@multiprocess/shared-memory';
import type { WaitOptions } from '@multiprocess/shared-memory';
import { checkMainThread, hold, pendingNames, release, take, takePending } from './arrivals.js';
import { firstArrival } from './first-arrival.js';
import { checkCatchable, namesOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * Awaits one of several signals, and takes it: neither a handler that {@link signal} has set nor the default action runs for it.
 * To keep signals that arrive before or after the call, use {@link blockSignals}. Keeps the event loop alive.
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
 * @returns its name
 * @throws {TimeoutError} If none arrived within `timeout`. None was taken.
 * @throws the reason of the `signal` option if it was aborted
 */
export async function sigwait(signals: Iterable<Signal>, options?: WaitOptions): Promise<NodeJS.Signals> {
  const timeout = checkTimeout(options);
  const name = await waitFor(signals, timeout, checkSignal(options));
  if (name === undefined)
    throw new TimeoutError(`None of ${[...namesOf(signals)].join(', ')} came within ${timeout} ms`);
  return name;
}

/** Like {@link sigwait} (see its example), but returns null after `timeout` ms. */
export async function sigtimedwait(signals: Iterable<Signal>, timeout: number): Promise<NodeJS.Signals | null> {
  return (await waitFor(signals, checkTimeout({ timeout }), undefined)) ?? null;
}

/**
 * Holds signals back from now on, as `pthread_sigmask` does for a thread. They stay pending, at most one of each name, until
 * {@link sigwait} (see its example) takes them or {@link unblockSignals} lets them through. Programs that are started meanwhile
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

async function waitFor(
  signals: Iterable<Signal>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<NodeJS.Signals | undefined> {
  checkMainThread();
  const names = [...namesOf(signals)];
  for (const name of names) checkCatchable(name);
  const pending = names.find(takePending);
  if (pending !== undefined) return pending;
  return firstArrival(names, take, timeout, signal);
}
