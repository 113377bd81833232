import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lock } from 'proper-lockfile';

// The shortest times that it allows, so that it is at its best when a holder has died or another one is waited for.
const OPTIONS = { stale: 2_000, update: 1_000, realpath: false };

/** A file of its own to lock. */
export function makeLockFile() {
  const directory = mkdtempSync(path.join(process.env['MULTIPROCESS_BENCH_FILES'] ?? '/tmp', 'lock-'));
  const file = path.join(directory, 'file');
  writeFileSync(file, '');
  return file;
}

/**
 * Locks it, trying once a millisecond.
 *
 * @param {string} file
 * @returns {Promise<() => Promise<void>>} unlocks it
 */
export function lockFile(file) {
  return lock(file, { ...OPTIONS, retries: { forever: true, factor: 1, minTimeout: 1, maxTimeout: 1 } });
}
