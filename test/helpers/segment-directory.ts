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

/** What there is of ours in shared memory, apart from that of other runs of this suite. */
export function ourEntries(run: string): string[] {
  return entries().filter((name) => !name.startsWith('multiprocess-test-') || name.startsWith(prefix(run)));
}

function entries(): string[] {
  try {
    return readdirSync(SHARED_MEMORY).filter((name) => name.startsWith('multiprocess'));
  } catch {
    return []; // no such directory on this platform
  }
}
