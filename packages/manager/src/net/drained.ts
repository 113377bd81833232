import { settleOnce, TimeoutError } from '@multiprocess/shared-memory';
import type { FramedSocket } from './framed-socket.js';

/**
 * Waits until the system has taken what was written to the socket, or the socket is closed.
 *
 * @throws {@link TimeoutError} after a timeout.
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
 */
export function drained(socket: FramedSocket, timeout: number, signal: AbortSignal | undefined): Promise<void> {
  return settleOnce<undefined>(
    {
      timeout,
      signal,
      onTimeout: (late) => {
        late.reject(new TimeoutError(`The other side did not receive within ${timeout} ms`));
      },
      holdsLoop: false, // the socket does, or not
    },
    ({ resolve }) =>
      socket.onDrained(() => {
        resolve(undefined);
      }),
  );
}
