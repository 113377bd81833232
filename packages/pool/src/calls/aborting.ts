import { onAborted, throwIfAborted } from '@multiprocess/shared-memory';

/**
 * Calls `onAbort` when the signal is aborted. Returns the function that ends this.
 *
 * @throws {@link AbortSignal.reason | the signal's reason} if it is aborted already
 */
export function onceAborted(signal: AbortSignal | undefined, onAbort: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => undefined;
  throwIfAborted(signal);
  return onAborted(signal, onAbort);
}
