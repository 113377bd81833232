import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { isNode } from './is-node.js';

/** What `require` keeps of a module. */
interface Loaded {
  loaded: boolean;
  exports: unknown;
}

/** `require.cache`, which every `require` of a thread shares. */
interface WithCache {
  readonly _cache: Record<string, Loaded | undefined>;
}

/**
 * The binary, where packages usually are. The same as by `require`, which takes three times as long as to load the file: it looks for
 * packages, extensions and links.
 *
 * @param url of a module in dist/; undefined in a bundle in CommonJS
 * @returns undefined if there is none there or it cannot be loaded, which `require` explains, and on other runtimes than Node
 */
export function loadDirectly(name: string, url: string | undefined): unknown {
  if (url === undefined || !isNode()) return undefined;
  const file = `multiprocess.${name}.node`;
  for (const place of [`../${file}`, `../../native-${name}/${file}`]) {
    const path = fileURLToPath(new URL(place, url));
    if (existsSync(path)) return loadedOnce(realpathSync.native(path));
  }
  return undefined;
}

function loadedOnce(path: string): unknown {
  const { _cache: cache } = module.Module as unknown as WithCache;
  const known = cache[path];
  if (known !== undefined) return known.exports;
  const made = new module.Module(path);
  try {
    process.dlopen(made, path);
  } catch {
    return undefined;
  }
  Object.assign(made, { filename: path, loaded: true, paths: [] });
  cache[path] = made;
  return made.exports;
}
