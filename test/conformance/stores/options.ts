/** Options of a wait that make it one try. */
export const oneTry = [{ timeout: 0 }, { timeout: -1 }, { block: false }, { block: false, timeout: 60_000 }] as const;

/** What no wait takes for its options. */
export const wrongOptions = [
  { timeout: NaN },
  { timeout: '5' },
  { block: 1 },
  { signal: 5 },
  null,
  5,
  'text',
] as never[];

export const abortedNow = (reason: Error): AbortSignal => AbortSignal.abort(reason);

/** A signal that is aborted while a wait is under way, most likely; whenever that is, the wait ends by it. */
export function abortedLater(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  return controller.signal;
}
