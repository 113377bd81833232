import { AsyncLocalStorage } from 'node:async_hooks';
import { hostName } from '@multiprocess/shared-memory';
import { NO_SHARE, prepend } from './context-share.js';
import type { Share, Taken } from './context-share.js';

// Runtimes other than Node do not tell from which promise another one descends. There an owner context goes with the values of
// AsyncLocalStorage instead: to the rest of the synchronous run that calls acquire(), and to all that comes of it. That is the
// code that awaits it, and may also be its caller's, so it owns the lock possibly. Only `run()` knows what is surely its own.

/** Whether the runtime says what becomes of promises, by `async_hooks`. */
export const tellsPromises = hostName === 'Node';

const frames = tellsPromises ? undefined : new AsyncLocalStorage<Share>();

/** The share of the running code. */
export function framedShare(): Share {
  return frames?.getStore() ?? NO_SHARE;
}

/**
 * Calls `acquire` so that the calling code does not come to have what it takes. Undefined on Node, which needs no such care, and where
 * two calls more could hide the caller's line among the ten of an error.
 */
export const apart: (<R>(acquire: () => R) => R) | undefined =
  frames && ((acquire) => frames.run(framedShare(), acquire));

/** From here on the running code possibly has that owner context. */
export function ownPossibly(taken: Taken): void {
  const { surely, possibly } = framedShare();
  frames?.enterWith({ surely, possibly: prepend(taken, possibly) });
}

/** From here on the running code has it for sure. Call it only where no code of a caller follows in the same run. */
export function ownSurely(taken: Taken): void {
  const { surely, possibly } = framedShare();
  frames?.enterWith({ surely: prepend(taken, surely), possibly });
}
