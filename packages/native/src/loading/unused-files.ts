import { readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** How long a file stays that nothing reads. File systems note a reading at least once a day, if they note any. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Removes the files of installations, and of versions of Node, that are gone: those of this toolkit, and those of Node's own cache
 * that children use.
 *
 * @param cache the directory that has one for each version in it
 */
export function removeUnused(cache: string): void {
  // eslint-disable-next-line no-restricted-properties -- compared with times of files
  const oldest = Date.now() - KEPT_MS;
  for (const name of readdirSync(cache)) {
    const directory = join(cache, name);
    const files = ifThere(() => readdirSync(directory)) ?? [];
    for (const file of files) ifThere(() => removeIfUnused(join(directory, file), oldest));
    if (files.length > 0) ifThere(() => rmdirSync(directory));
  }
}

function removeIfUnused(file: string, oldest: number): void {
  const { atimeMs, mtimeMs } = statSync(file);
  if (Math.max(atimeMs, mtimeMs) < oldest) unlinkSync(file);
}

/** Undefined where another process has removed it, it is a file, or it is not empty. */
function ifThere<R>(call: () => R): R | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
