/** Of Node 22.8 and later. */
interface CompileCache {
  enableCompileCache?(directory: string): unknown;
  getCompileCacheDir?(): string | undefined;
}

/**
 * Lets Node keep the compiled code of what this process or thread imports from now on, and take it from there the next time: the
 * modules of the user. Node separates versions and flags, checks each file, and replaces it as a whole, so processes may write at
 * once and be killed meanwhile.
 *
 * Does nothing on Node 20, and where the program has chosen a cache or none.
 */
export function useCompileCache(directory: string | undefined): void {
  const cache = process.getBuiltinModule('node:module') as CompileCache;
  if (directory === undefined || cache.enableCompileCache === undefined) return;
  if (cache.getCompileCacheDir?.() === undefined) cache.enableCompileCache(directory);
}
