import { isError, SerializationError } from '@multiprocess/shared-memory';

/** What to throw for an error of encoding: getters, proxies and hooks throw anything, so this says where. */
export function explained(error: unknown, path = '$'): unknown {
  if (error instanceof SerializationError) return error;
  const reason = isError(error) ? error.message : String(error);
  return new SerializationError(`${path}: reading it failed: ${reason}`, path, { cause: error });
}
