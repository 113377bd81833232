import { argumentError } from '@multiprocess/shared-memory';

/** @throws {@link TypeError} if it is given and is not an object. Node checks what is in it. */
export function checkTls<T extends object>(tls: T | undefined): T | undefined {
  const given: unknown = tls;
  if (given === undefined || (typeof given === 'object' && given !== null && !Array.isArray(given))) return tls;
  throw argumentError('tls', 'an object like { cert, key }', given);
}
