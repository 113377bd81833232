type Listener = () => void;

// One listener of ours for each signal, however many programs it may end: one signal for a whole program is usual, and Node warns of a
// leak from the eleventh listener on.
const listeners = new WeakMap<AbortSignal, Set<Listener>>();

/** Calls `listener` when a signal is aborted, until the function that it returns is called. Not for one that is aborted already. */
export function onAbort(signal: AbortSignal | undefined, listener: Listener): () => void {
  if (signal === undefined) return () => undefined;
  const all = listeners.get(signal) ?? listen(signal);
  all.add(listener);
  return () => {
    all.delete(listener);
    if (all.size > 0 || listeners.get(signal) !== all) return;
    listeners.delete(signal);
    signal.removeEventListener('abort', callAll);
  };
}

function listen(signal: AbortSignal): Set<Listener> {
  const all = new Set<Listener>();
  listeners.set(signal, all);
  signal.addEventListener('abort', callAll, { once: true });
  return all;
}

function callAll(this: AbortSignal): void {
  const all = listeners.get(this) ?? [];
  listeners.delete(this);
  for (const listener of all) listener();
}
