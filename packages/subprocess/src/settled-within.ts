import { LongTimer } from '@multiprocess/shared-memory';
import { onAbort } from './on-abort.js';

/**
 * Whether `done` was settled within `timeout` ms, keeping the event loop alive so long. Rejects as it does, and with the
 * reason of `signal`.
 */
export async function settledWithin(
  done: Promise<unknown>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = new LongTimer(timeout, end);
    const stopListening = onAbort(signal, () => {
      tidy();
      reject(signal?.reason as Error);
    });
    done.then(
      () => {
        tidy();
        resolve(true);
      },
      (error: unknown) => {
        tidy();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
    function end(): void {
      tidy();
      resolve(false);
    }
    function tidy(): void {
      timer.cancel();
      stopListening();
    }
  });
}
