import { settleOnce, throwIfAborted } from '@multiprocess/shared-memory';

/**
 * Whether `done` was settled within `timeout` ms, keeping the event loop alive so long. Rejects as it does, and with the
 * reason of `signal`.
 */
export async function settledWithin(
  done: Promise<unknown>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  throwIfAborted(signal);
  return settleOnce<boolean>(
    {
      timeout,
      signal,
      onTimeout: (late) => {
        late.resolve(false);
      },
      holdsLoop: true,
    },
    ({ resolve, reject }) => {
      done.then(() => {
        resolve(true);
      }, reject);
      return () => undefined; // what it is told afterwards does nothing
    },
  );
}
