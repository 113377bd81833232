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
    const timers = timeout === Infinity ? setInterval(() => undefined, MOST_MS) : longTimeout(timeout, end);
    const onAbort = (): void => {
      tidy();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
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
      clearInterval(timers);
      signal?.removeEventListener('abort', onAbort);
    }
  });
}

/** What a timer of Node holds at most; a longer one would fire at once. */
const MOST_MS = 2 ** 31 - 1;

function longTimeout(timeout: number, end: () => void): NodeJS.Timeout {
  const deadline = performance.now() + timeout;
  if (timeout <= MOST_MS) return setTimeout(end, timeout);
  return setInterval(() => {
    if (performance.now() >= deadline) end();
  }, MOST_MS);
}
