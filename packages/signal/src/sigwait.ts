import { checkSignal, checkTimeout, TimeoutError, within } from '@multiprocess/shared-memory';
import type { WaitOptions } from '@multiprocess/shared-memory';
import { checkMainThread, take, takePending } from './arrivals.js';
import { firstArrival } from './first-arrival.js';
import { checkCatchable, namesOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

/**
 * Awaits one of several signals, and takes it: neither a handler that {@link signal} has set nor the default action runs for it.
 * To keep signals that arrive before or after the call, use `blockSignals`. Keeps the event loop alive.
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
 * @throws {@link TimeoutError} if none arrived within `timeout`. None was taken.
 * @throws {@link AbortSignal.reason | the reason} of the `signal` option if it was aborted
 */
export async function sigwait(signals: Iterable<Signal>, options?: WaitOptions): Promise<NodeJS.Signals> {
  const timeout = checkTimeout(options);
  const name = await waitFor(signals, timeout, checkSignal(options));
  if (name === undefined) throw new TimeoutError(`None of ${[...namesOf(signals)].join(', ')} came${within(timeout)}`);
  return name;
}

/** Like {@link sigwait} (see its example), but returns null after `timeout` ms. */
export async function sigtimedwait(signals: Iterable<Signal>, timeout: number): Promise<NodeJS.Signals | null> {
  return (await waitFor(signals, checkTimeout({ timeout }), undefined)) ?? null;
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
