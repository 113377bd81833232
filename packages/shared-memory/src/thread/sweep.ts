import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../base/clock.js';
import { hasErrorCode } from '../base/errno.js';
import { fileNames, withDirectory } from '../files/directory.js';
import { BELL_NAME, ownerOfBell } from '../files/bell-name.js';
import { native } from '../platform/platform.js';
import { LOT_FIFO, LOT_NAME } from './meeting.js';
import type { Registry } from './registry.js';
import { nameOfFile, removeIfPresent, SEGMENT_FILE_PREFIX } from '../files/segment-file.js';
import { MAGIC_NUMBER } from '../files/segment-header.js';
import { isGoneName, isMakingName } from '../files/unfinished-name.js';

/** A directory with at most this many files is swept at every creation of a segment: that costs less than the creation. */
const FEW_FILES = 32;
/** A larger directory is swept this often while segments are created. */
const SWEEP_EVERY_MS = 1000;

// No other file is ever touched: the directory that the user chose may hold other things. A segment is known by its first
// word. A file that was being made when its process was killed may still be empty; its name has a UUID.
const SEGMENTS = /^s-./;

// When this thread last swept, and how many files it found: a sweep looks at every file, so a program that makes
// thousands of objects must not sweep at each.
let sweptAt = -Infinity;
let filesFound = 0;

/** Sweeps at the creation of a segment: each time if that is cheap, else now and then. */
export function sweepSometimes(registry: Registry): void {
  if (filesFound > FEW_FILES && clock.now() - sweptAt < SWEEP_EVERY_MS) return;
  sweepIfPossible(registry);
}

/** Sweeps, and ignores errors: for callers that must not fail because of it, such as a program that ends. */
export function sweepIfPossible(registry: Registry): void {
  try {
    sweep(registry);
  } catch {
    // No descriptor is left, for example. The next creation of a segment sweeps.
  }
}

/**
 * Removes the files that no living process has. Returns the names of the segments among them.
 *
 * @throws {@link SystemError} if the directory cannot be read, or a file cannot be removed.
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
  if (isMakingName(name)) return native().reap(path) === 1;
  if (SEGMENTS.test(name) || isGoneName(name)) return native().reap(path, MAGIC_NUMBER) === 1;
  if (LOT_NAME.test(name)) return name !== registry.lotName && native().reap(path) === 1; // never opened by its own processes
  if (LOT_FIFO.test(name)) return removeIfUnheard(path);
  if (!BELL_NAME.test(name) || lstatSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return false;
  const owner = ownerOfBell(name, registry.id);
  if (owner === 0 ? registry.isLost : !registry.isDead(owner)) return false; // bells of another registry belong to dead programs, unless this registry is lost
  removeIfPresent(path);
  return true;
}

/** Removes a FIFO that no process has open to read. */
function removeIfUnheard(path: string): boolean {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return false;
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    if (!hasErrorCode(error, 'ENXIO')) return false;
    removeIfPresent(path);
    return true;
  }
}
