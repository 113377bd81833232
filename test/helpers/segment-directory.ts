import { readdirSync } from 'node:fs';

/** Where segments live on Linux. */
export const SHARED_MEMORY = '/dev/shm';

/** The environment variable that names one run of the suite; every process of the run inherits it. */
export const RUN = 'MULTIPROCESS_TEST_RUN';

const prefix = (run: string) => `multiprocess-test-${run}-`;

/** The private segment directory of one test file, which is one process of the run. */
export function segmentDirectory(run: string, pid: number): string {
  return `${SHARED_MEMORY}/${prefix(run)}${pid}`;
}

/** What this run of the suite has in shared memory; what other programs of the user have there is none of its business. */
export function ourEntries(run: string): string[] {
  try {
    return readdirSync(SHARED_MEMORY).filter((name) => name.startsWith(prefix(run)));
  } catch {
    return []; // no such directory on this platform
  }
}
