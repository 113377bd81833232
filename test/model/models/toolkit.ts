import type * as sharedMemory from '@multiprocess/shared-memory';
import type * as sync from '@multiprocess/sync';
import type { Site } from '../checker/model.js';

/** The compiled code under test, as the program of a thread sees it. */
export function sharedMemoryOf(site: Site): typeof sharedMemory {
  return site.load('shared-memory/index.js') as typeof sharedMemory;
}

export function syncOf(site: Site): typeof sync {
  return site.load('sync/index.js') as typeof sync;
}
