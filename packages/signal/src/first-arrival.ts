import { LongTimer, reasonOf } from '@multiprocess/shared-memory';

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
  return new Promise((resolve, reject) => {
    const unsubscribe = subscribe(finish);
    const timer = new LongTimer(timeout, () => {
      finish(undefined);
    });
    signal?.addEventListener('abort', onAbort, { once: true });

    function finish(name: NodeJS.Signals | undefined): void {
      tidy();
      resolve(name);
    }
    function onAbort(): void {
      tidy();
      reject(reasonOf(signal));
    }
    function tidy(): void {
      timer.cancel();
      unsubscribe();
      signal?.removeEventListener('abort', onAbort);
    }
  });
}
