import { settleOnce, throwIfAborted } from '@multiprocess/shared-memory';

/**
 * Whether `done` resolved within `timeout` ms. Keeps the event loop alive meanwhile. Rejects as `done` does, or with the reason
 * of `signal`.
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
      return () => undefined; // settling it again does nothing
    },
  );
}
