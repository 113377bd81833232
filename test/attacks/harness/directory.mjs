// A segment directory of its own for each attack: what it breaks or fills, no other program uses.
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const base = process.env.MULTIPROCESS_DIR ?? '/dev/shm';

/** @type {string[]} */
const made = [];
process.once('exit', () => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/**
 * Makes an empty segment directory and removes it when this process ends.
 *
 * @param {string} [suffix] tells several of one attack apart
 */
export function privateDirectory(suffix = '') {
  const directory = path.join(base, `attack-${process.pid}${suffix}`);
  emptyDirectory(directory);
  made.push(directory);
  return directory;
}

/** @param {string} directory */
export function emptyDirectory(directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Like {@link privateDirectory}, and the toolkit uses it in this process and its children. Call it before the first import. */
export function usePrivateDirectory() {
  const directory = privateDirectory();
  process.env.MULTIPROCESS_DIR = directory;
  return directory;
}

/** A directory for anything but segments, which other users may enter. Removed when this process ends. */
export function scratchDirectory() {
  const directory = path.join(tmpdir(), `attack-${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  made.push(directory);
  return directory;
}
