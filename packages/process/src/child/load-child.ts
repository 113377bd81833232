import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageLoader } from '@multiprocess/native/loader';
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
  const loader = packageLoader();
  const loaded = loader?.load(href);
  useCompileCache(loader?.cacheDirectory);
  return loaded === undefined ? importIndex(href) : (loaded as unknown as Index);
}

function importIndex(url: string): Promise<Index> {
  // eslint-disable-next-line no-restricted-syntax -- a module of this toolkit, which starts nothing
  return import(url) as Promise<Index>;
}
