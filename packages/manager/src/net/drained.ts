import type { Socket } from 'node:net';
import { LongTimer, TimeoutError, reasonOf } from '@multiprocess/shared-memory';

/**
 * Waits until the system has taken what was written to the socket, or the socket is closed.
 *
 * @throws {TimeoutError} If the time was over first.
 * @throws the signal's reason if it was aborted first
 */
export function drained(socket: Socket, timeout: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void) => (): void => {
      timer?.cancel();
      socket.off('drain', onDrain);
      socket.off('close', onDrain);
      signal?.removeEventListener('abort', onAbort);
      how();
    };
    const onDrain = settle(resolve);
    const onAbort = settle(() => reject(reasonOf(signal)));
    const onTimeout = settle(() => reject(new TimeoutError(`The other side did not receive within ${timeout} ms`)));
    const timer = timeout === Infinity ? undefined : new LongTimer(timeout, onTimeout); // the socket holds the loop, or not
    socket.once('drain', onDrain);
    socket.once('close', onDrain);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
