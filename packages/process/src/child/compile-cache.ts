import { mkdirSync, statSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** Of Node 22.8 and later. */
interface CompileCache {
  enableCompileCache?(directory: string): unknown;
  getCompileCacheDir?(): string | undefined;
}

/**
 * Lets Node keep the compiled code of what this process or thread imports from now on, and take it from there the next time. It
 * is kept in the user's cache directory. Node separates versions and flags, checks each file, and replaces it as a whole, so
 * processes may write at once and be killed meanwhile.
 *
 * Does nothing on Node 20, where the program has chosen a cache or none, while coverage is measured (which would be less exact),
 * and where there is no directory that only this user can write to.
 */
export function useCompileCache(): void {
  const cache = nodeModule as CompileCache;
  if (cache.enableCompileCache === undefined || cache.getCompileCacheDir?.() !== undefined) return;
  if (process.env['NODE_V8_COVERAGE'] !== undefined || process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  const directory = cacheDirectory();
  if (directory !== undefined) cache.enableCompileCache(directory);
}

/** Made if need be. Code is loaded from it, so it must be this user's, and closed to others. */
function cacheDirectory(): string | undefined {
  const { HOME, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  if (caches === undefined || !isAbsolute(caches)) return undefined;
  const directory = join(caches, 'multiprocess');
  try {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) make(caches, directory);
    return isOwn(caches) && isOwn(directory) ? directory : undefined;
  } catch {
    return undefined; // no right to make or to see it, or no room: a start takes a little longer then
  }
}

/** Makes the directory, and the one above it, as the XDG Base Directory Specification asks, but no home. */
function make(caches: string, directory: string): void {
  if (!isOwn(dirname(caches))) return;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

function isOwn(directory: string): boolean {
  const found = statSync(directory, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}
