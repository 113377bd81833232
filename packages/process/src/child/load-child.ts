import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModule, packageLoader } from '@multiprocess/native/loader';
import type { beginChild } from './child-start.js';
import { useCompileCache } from './compile-cache.js';
import type { beginThread } from './thread-start.js';

/** Of the exports of the index, those that programs of children need. */
interface Index {
  readonly beginChild: typeof beginChild;
  readonly beginThread: typeof beginThread;
}

/**
 * The index of this package, in a child: the one that a program of the user gets when it imports the package.
 *
 * @param folder dist/
 */
export async function loadChild(folder: string): Promise<Index> {
  const { href } = pathToFileURL(join(folder, 'index.js'));
  const index = await loadModule<Index>(href);
  useCompileCache(packageLoader()?.cacheDirectory);
  return index;
}
