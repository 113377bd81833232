import type { Socket } from 'node:net';
import { TimeoutError, settleOnce } from '@multiprocess/shared-memory';

/**
 * Waits until the system has taken what was written to the socket, or the socket is closed.
 *
 * @throws {TimeoutError} If the time was over first.
 * @throws the signal's reason if it was aborted first
 */
export function drained(socket: Socket, timeout: number, signal: AbortSignal | undefined): Promise<void> {
  return settleOnce<undefined>(
    {
      timeout,
      signal,
      onTimeout: (late) => {
        late.reject(new TimeoutError(`The other side did not receive within ${timeout} ms`));
      },
      holdsLoop: false, // the socket does, or not
    },
    ({ resolve }) => {
      const onDrain = (): void => {
        resolve(undefined);
      };
      socket.once('drain', onDrain);
      socket.once('close', onDrain);
      return () => {
        socket.off('drain', onDrain);
        socket.off('close', onDrain);
      };
    },
  );
}
