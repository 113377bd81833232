import type { RedisStore } from '@multiprocess/redis';
import { onAborted } from '@multiprocess/shared-memory';

/** Carries the abort of a signal to the agents that run a call: an event in the server, which they wait for. */
export interface StopEvent {
  /** What agents attach to; undefined if there is no signal. */
  readonly handle: string | undefined;
  /** The call is settled. */
  end(): void;
}

const NONE: StopEvent = { handle: undefined, end: () => undefined };

/** @param onAbort called once, when the signal is aborted, after agents are being told */
export function newStopEvent(
  store: RedisStore,
  signal: AbortSignal | undefined,
  onAbort: (reason: unknown) => void,
): StopEvent {
  if (signal === undefined) return NONE;
  const event = store.event();
  const { handle } = event;
  const stopListening = onAborted(signal, (reason) => {
    // The agents that wait have a minute to hear of it after this program has let go of it.
    const letGo = (): void => event.close();
    event.set().then(letGo, letGo); // if the server is away, so are the agents' results
    onAbort(reason);
  });
  return {
    handle,
    end: () => {
      stopListening();
      if (!signal.aborted) event.close();
    },
  };
}
