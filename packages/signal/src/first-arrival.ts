import { settleOnce } from '@multiprocess/shared-memory';

/** Begins to listen, and returns a function that stops. */
type Subscribe = (listener: (name: NodeJS.Signals) => void) => () => void;

/**
 * Waits for the first signal that arrives; undefined after `timeout` ms. Rejects with the reason of `signal`. Keeps the event
 * loop alive meanwhile, and stops listening when it settles.
 */
export function firstArrival(
  subscribe: Subscribe,
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
    ({ resolve }) => subscribe(resolve),
  );
}
