import { EOFError, settleOnce, TimeoutError } from '@multiprocess/shared-memory';
import type { FramedSocket } from './framed-socket.js';

/**
 * The next message of the other side, in memory of its own.
 *
 * @param timeout milliseconds
 * @param errors what they say after a timeout, and if the other side ends the connection
 * @throws {@link TimeoutError} if it is. @throws {@link EOFError} if the other side has gone; `cause` says why, as far as that is known.
 */
export function nextFrame(
  socket: FramedSocket,
  timeout: number,
  { late, gone }: { readonly late: string; readonly gone: string },
): Promise<Uint8Array> {
  return settleOnce<Uint8Array>(
    {
      timeout,
      signal: undefined,
      onTimeout: (wait) => {
        wait.reject(new TimeoutError(late));
      },
      holdsLoop: false, // the socket does
    },
    ({ resolve, reject }) => {
      socket.receive(
        (frame) => {
          resolve(Buffer.from(frame));
        },
        (cause) => {
          reject(new EOFError(gone, { cause }));
        },
      );
      return () => {
        socket.receive(undefined, undefined);
      };
    },
  );
}
