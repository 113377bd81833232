import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Where segments live on Linux. */
export const SHARED_MEMORY = '/dev/shm';

/** The environment variable that names one run of the suite, as {@link nameRun} does; every process of the run inherits it. */
export const RUN = 'MULTIPROCESS_TEST_RUN';

/** A name for the run of this process: its id and when it began, since a process that a former run left may have had the same id in its environment. */
export function nameRun(): string {
  return `${process.pid}-${Math.floor(performance.timeOrigin / 1000).toString(36)}`;
}

const prefix = (run: string) => `multiprocess-test-${run}-`;

/** The private segment directory of a test file, named by the run, its process and its name. */
export function segmentDirectory(run: string, pid: number, file: string): string {
  return `${SHARED_MEMORY}/${prefix(run)}${pid}-${file}`;
}

/** The process of the test file whose directory that is. */
export function testFilePid(directory: string): number {
  return Number(basename(directory).slice('multiprocess-test-'.length).split('-')[2]);
}

/**
 * A file that exists once a program that used the directory was killed. What a killed program leaves is for the next one
 * that uses the directory, and in a test there may be none.
 */
export function killMarker(directory: string): string {
  return join(tmpdir(), `${basename(directory)}.killed`);
}

/** To be called when a test kills a program that uses the segment directory of its file. */
export function markKilled(): void {
  writeFileSync(killMarker(process.env['MULTIPROCESS_DIR'] ?? 'none'), '');
}

/** What a run of the suite, or the process with that id, has in shared memory; what other programs of the user have there is none of its business. */
export function ourEntries(run: string): string[] {
  try {
    return readdirSync(SHARED_MEMORY).filter((name) => name.startsWith(prefix(run)));
  } catch {
    return []; // no such directory on this platform
  }
}
