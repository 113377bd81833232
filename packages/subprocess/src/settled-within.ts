import { LongTimer, isError, reasonOf, throwIfAborted } from '@multiprocess/shared-memory';

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
  return new Promise((resolve, reject) => {
    const timer = new LongTimer(timeout, end);
    const onAbort = (): void => {
      tidy();
      reject(reasonOf(signal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    done.then(
      () => {
        tidy();
        resolve(true);
      },
      (error: unknown) => {
        tidy();
        reject(isError(error) ? error : new Error(String(error)));
      },
    );
    function end(): void {
      tidy();
      resolve(false);
    }
    function tidy(): void {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  });
}
