import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../base/clock.js';
import { fileNames, withDirectory } from '../files/directory.js';
import { BELL_NAME, ownerOfBell } from '../files/bell-name.js';
import { native } from '../platform/platform.js';
import type { Registry } from './registry.js';
import { SEGMENT_FILE_PREFIX, nameOfFile, removeIfPresent } from '../files/segment-file.js';
import { MAGIC_NUMBER } from '../files/segment-header.js';

/** A directory with at most so many files is swept at every creation: it costs less than the creation. */
const FEW_FILES = 32;
/** A larger one is swept this often, while segments are being created. */
const SWEEP_EVERY_MS = 1000;

// Nothing else is ever touched: the user may have chosen a directory that holds other things. A segment is known by what
// it begins with. What was in the making, or being unlinked, when its process was killed may be empty still; its name holds
// a UUID.
const SEGMENTS = /^s-./;
const UNFINISHED = /^(making|gone)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// When this thread last swept, and how many files it found: a sweep looks at every file, so a program that makes
// thousands of objects must not sweep at each.
let sweptAt = -Infinity;
let filesFound = 0;

/** What every creation does: a sweep where it is cheap, and now and then where it is not. */
export function sweepSometimes(registry: Registry): void {
  if (filesFound > FEW_FILES && clock.now() - sweptAt < SWEEP_EVERY_MS) return;
  sweepIfPossible(registry);
}

/** Sweeps for a caller that must not fail because of it, such as a program that ends. */
export function sweepIfPossible(registry: Registry): void {
  try {
    sweep(registry);
  } catch {
    // No descriptor is left, for example. The next creation of a segment sweeps.
  }
}

/**
 * Removes what no living process has. Returns the names of the segments among it.
 *
 * @throws {SystemError} If the directory cannot be read, or what is in it not be removed.
 */
export function sweep(registry: Registry): string[] {
  const names = fileNames(registry.directory);
  const removed = withDirectory(`remove orphans from ${registry.directory}`, () =>
    names.filter((name) => removeIfOrphan(registry, name)),
  );
  sweptAt = clock.now();
  filesFound = names.length;
  return removed.filter((name) => name.startsWith(SEGMENT_FILE_PREFIX)).map(nameOfFile);
}

function removeIfOrphan(registry: Registry, name: string): boolean {
  const path = join(registry.directory, name);
  if (UNFINISHED.test(name)) return native().reap(path) === 1;
  if (SEGMENTS.test(name)) return native().reap(path, MAGIC_NUMBER) === 1;
  if (!BELL_NAME.test(name) || lstatSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return false;
  const owner = ownerOfBell(name, registry.id);
  if (owner === 0 ? registry.isLost : !registry.isDead(owner)) return false; // of another registry: of dead programs, if this is the one
  removeIfPresent(path);
  return true;
}
