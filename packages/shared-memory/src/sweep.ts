import { join } from 'node:path';
import { clock } from './clock.js';
import { fileNames } from './directory.js';
import { native } from './platform.js';
import type { Registry } from './registry.js';
import { SEGMENT_FILE_PREFIX, nameOfFile, removeIfPresent } from './segment-file.js';

/** A directory with at most so many files is swept at every creation: it costs less than the creation. */
const FEW_FILES = 32;
/** A larger one is swept this often, while segments are being created. */
const SWEEP_EVERY_MS = 1000;

// Nothing else is ever touched: the user may have chosen a directory that holds other things.
const FILES = /^(s-.|making-[0-9a-f-]{36}$)/;
const BELLS = /^bell-[0-9a-f]+$/;

// When this thread last swept, and how many files it found: a sweep looks at every file, so a program that makes
// thousands of objects must not sweep at each.
let sweptAt = -Infinity;
let filesFound = 0;

/** What every creation does: a sweep where it is cheap, and now and then where it is not. */
export function sweepSometimes(registry: Registry): void {
  if (filesFound > FEW_FILES && clock.now() - sweptAt < SWEEP_EVERY_MS) return;
  sweepIfPossible(registry);
}

/** For those whose own work must not fail for it, such as a program that ends. */
export function sweepIfPossible(registry: Registry): void {
  try {
    sweep(registry);
  } catch {
    // There is no descriptor left, say. Whoever creates a segment next sweeps.
  }
}

/** Removes what nobody living has. Returns the names of the segments among it. */
export function sweep(registry: Registry): string[] {
  const names = fileNames(registry.directory);
  const removed = names.filter((name) => removeIfOrphan(registry, name));
  sweptAt = clock.now();
  filesFound = names.length;
  return removed.filter((name) => name.startsWith(SEGMENT_FILE_PREFIX)).map(nameOfFile);
}

function removeIfOrphan(registry: Registry, name: string): boolean {
  const path = join(registry.directory, name);
  if (FILES.test(name)) return native().reap(path) === 1;
  if (!BELLS.test(name)) return false;
  const owner = Number.parseInt(name.slice('bell-'.length), 16);
  if (!registry.isDead(owner)) return false;
  removeIfPresent(path);
  return true;
}
