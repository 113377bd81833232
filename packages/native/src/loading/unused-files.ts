import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** How long a file stays that nothing reads. File systems note a reading at least once a day, if they note any. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Removes the files of installations, and of versions of Node, that are gone. @param directories those of the cache */
export function removeUnused(directories: readonly string[]): void {
  // eslint-disable-next-line no-restricted-properties -- compared with times of files
  const oldest = Date.now() - KEPT_MS;
  for (const directory of directories) {
    for (const name of readdirSync(directory)) removeIfUnused(join(directory, name), oldest);
  }
}

function removeIfUnused(file: string, oldest: number): void {
  try {
    const { atimeMs, mtimeMs } = statSync(file);
    if (Math.max(atimeMs, mtimeMs) < oldest) unlinkSync(file);
  } catch {
    // another process has removed it
  }
}
