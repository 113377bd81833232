import { settleOnce } from '@multiprocess/shared-memory';
import type { take } from './arrivals.js';

/**
 * Waits for the first of these signals, by `take` or `watch`; undefined after `timeout` ms. Rejects with the reason of `signal`. Keeps the event
 * loop alive meanwhile, and stops listening when it settles.
 */
export function firstArrival(
  names: readonly NodeJS.Signals[],
  listen: typeof take,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<NodeJS.Signals | undefined> {
  return settleOnce<NodeJS.Signals | undefined>(
    {
      timeout,
      signal,
      onTimeout: (late) => {
        late.resolve(undefined);
      },
      holdsLoop: true,
    },
    ({ resolve }) => {
      const leave = names.map((name) => listen(name, resolve));
      return () => {
        for (const one of leave) one();
      };
    },
  );
}
