import { orderReads } from '../words/fence.js';
import type { Chains } from './chains.js';

/** After so many reads that did not count, since the bucket kept changing, a reader takes the lock. */
const TRIES = 64;

/**
 * What `read` copies of a bucket, as it was at one moment: see chains.ts. It is called again when the bucket changed meanwhile, and may throw
 * an error then, which does not count either.
 */
export function validated<T>(chains: Chains, bucket: number, read: () => T): T {
  for (let tries = 0; tries < TRIES; tries++) {
    const version = chains.version(bucket);
    let failure: Error | undefined;
    let copy: T | undefined;
    try {
      copy = read();
    } catch (error) {
      failure = error as Error;
    }
    orderReads();
    if (chains.version(bucket) !== version) continue;
    if (failure !== undefined) throw failure;
    return copy as T;
  }
  chains.lock(bucket);
  try {
    return read();
  } finally {
    chains.unlock(bucket);
  }
}
