import nodeProcess from 'node:process';
import { checkSignal, checkTimeout } from '@multiprocess/shared-memory';
import type { WaitOptions } from '@multiprocess/shared-memory';
import { checkMainThread, watch } from './arrivals.js';
import { firstArrival } from './first-arrival.js';
import { nameOf, validSignals } from './signal-names.js';
import { getSignal } from './signal.js';

/**
 * Awaits a signal that has a handler at the time of the call, set by {@link signal} or `process.on`, and returns when the handler
 * has run. Keeps the event loop alive. See the example of {@link signal}.
 *
 * @returns false after a timeout
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
 */
export async function pause(options?: WaitOptions): Promise<boolean> {
  checkMainThread();
  const timeout = checkTimeout(options);
  const signal = checkSignal(options);
  const handled = [...validSignals()].filter(
    (name) => typeof getSignal(name) === 'function' || nodeProcess.listenerCount(nameOf(name)) > 0,
  );
  return (await firstArrival(handled, watch, timeout, signal)) !== undefined;
}
