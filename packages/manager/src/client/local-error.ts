import { defineHidden } from '@multiprocess/serialization';
import { isError, RemoteError } from '@multiprocess/shared-memory';

/**
 * Makes an error of the server one of the caller: its class, properties and message stay, its stack is the caller's, and its
 * `cause` is a `RemoteError` with the stack and the cause of the server.
 */
export function toLocalError(error: unknown): unknown {
  if (!isError(error)) return error;
  const remote = new RemoteError(error.message, error.name);
  defineHidden(remote, 'stack', error.stack ?? `${error.name}: ${error.message}`);
  if (error.cause !== undefined) defineHidden(remote, 'cause', error.cause);
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, toLocalError);
  const lines = (here.stack ?? '').split('\n').slice(1);
  defineHidden(error, 'stack', [`${error.name}: ${error.message}`, ...lines].join('\n'));
  defineHidden(error, 'cause', remote);
  return error;
}
