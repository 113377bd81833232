import { SerializationError } from '@multiprocess/shared-memory';

/**
 * An error of encoding with its path as the caller knows the value, of which more was encoded than the caller gave: `to` in place of
 * `from`. What is no such error is returned as it is.
 *
 * @param from `$[2]`
 */
export function relocated(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof SerializationError) || !error.path.startsWith(from)) return error;
  const path = to + error.path.slice(from.length);
  const message = error.message.replace(error.path, () => path);
  return new SerializationError(message, path, error.cause === undefined ? undefined : { cause: error.cause });
}
