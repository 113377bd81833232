import { mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * Where compiled code of this toolkit is kept: this user's own directory, made if need be. Code is run from it, so it must belong to this
 * user and be closed to others.
 *
 * @returns undefined where there is no such directory, and where the program has switched this off: while coverage is measured
 * (which would be less exact), and by `NODE_DISABLE_COMPILE_CACHE`
 */
export function cacheDirectory(): string | undefined {
  const { HOME, XDG_CACHE_HOME, NODE_V8_COVERAGE, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (isSet(NODE_V8_COVERAGE) || isSet(NODE_DISABLE_COMPILE_CACHE)) return undefined;
  const caches = isSet(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(HOME ?? '', '.cache');
  if (!isAbsolute(caches)) return undefined;
  const directory = join(caches, 'multiprocess');
  try {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) make(caches, directory);
    return isOwn(caches, OTHERS) && isOwn(directory, GROUP | OTHERS) ? directory : undefined;
  } catch {
    return undefined; // no right to make or to see it, or no room: a start takes a little longer then
  }
}

/** Makes the directory, and the one above it, as the XDG Base Directory Specification asks, but no home. */
function make(caches: string, directory: string): void {
  if (!isOwn(dirname(caches), OTHERS)) return;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

// May write. Where each user has a group of its own, a home may well be open to the group. One who replaces a directory in it has no
// file to put there that belongs to this user.
const GROUP = 0o020;
const OTHERS = 0o002;

function isOwn(directory: string, closedTo: number): boolean {
  const found = statSync(directory, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & closedTo) === 0;
}

/** As most programs see a variable: an empty one is none. */
function isSet(variable: string | undefined): variable is string {
  return variable !== undefined && variable !== '';
}
