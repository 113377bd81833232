import { settleOnce } from '@multiprocess/shared-memory';

/** What begins to listen, and returns how to stop. */
type Subscribe = (listener: (name: NodeJS.Signals) => void) => () => void;

/**
 * The first of what arrives, keeping the event loop alive meanwhile; undefined if `timeout` ms were over first. Rejects with the
 * reason of `signal`. Nothing is listened to any more when it settles.
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
