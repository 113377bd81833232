import {
  AuthenticationError,
  EngineConfigError,
  EngineConnectionError,
  isError,
  MultiprocessError,
  OutOfMemoryError,
} from '@multiprocess/shared-memory';

/** The server is there, and cannot serve just now: it starts, or was made a replica. Another try, perhaps elsewhere, will do. */
const NOT_NOW = /^(LOADING|MASTERDOWN|READONLY|BUSY|TRYAGAIN|UNBLOCKED|NOREPLICAS)\b/;

export function isTemporary(error: unknown): boolean {
  return isError(error) && NOT_NOW.test(error.message);
}

/** The error for a server at `address` that could not be connected to. */
export function connectFailure(error: unknown, address: string): MultiprocessError {
  if (error instanceof MultiprocessError) return error;
  const reason = isError(error) ? error.message : String(error);
  const cause = { cause: error };
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR Client sent AUTH)/.test(reason)) {
    return new AuthenticationError(
      `The server at ${address} refuses this user: ${reason}. Give username and password in the options, the URL or MULTIPROCESS_REDIS_URL`,
      cause,
    );
  }
  if (/^(ERR unknown command|NOPROTO)/.test(reason)) {
    return new EngineConfigError(
      `The server at ${address} is too old: Redis 7.0 or newer, or Valkey, is needed`,
      cause,
    );
  }
  return new EngineConnectionError(
    `No server could be reached at ${address}: ${reason}. Is it running, and does it use TLS if the URL says rediss:?`,
    cause,
  );
}

/** The error for a script that the server refused. */
export function scriptFailure(error: unknown, name: string): MultiprocessError {
  const reason = isError(error) ? error.message : String(error);
  const cause = { cause: error };
  if (reason.startsWith('OOM')) {
    return new OutOfMemoryError(
      'The server has no memory left within its maxmemory. Nothing was stored: raise maxmemory, or take something out',
      cause,
    );
  }
  if (reason.startsWith('MISCONF')) {
    return new EngineConfigError(`The server cannot save its data, and so refuses to change any: ${reason}`, cause);
  }
  return new EngineConfigError(`The server refused the script ${name}: ${reason}`, cause);
}
