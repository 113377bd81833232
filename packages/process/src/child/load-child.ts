import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHILD_CONDITION } from '../launch/child-condition.js';
import { cacheDirectory } from './cache-directory.js';
import { loadIndex } from './child-packages.js';
import type { beginChild } from './child-start.js';
import { useCompileCache } from './compile-cache.js';
import type { beginThread } from './thread-start.js';

/** Of the exports of the index, those that programs of children need. */
interface Index {
  readonly beginChild: typeof beginChild;
  readonly beginThread: typeof beginThread;
}

/** The index of this package, in a child: with compiled code from a cache if there is one. @param folder dist/ */
export async function loadChild(folder: string): Promise<Index> {
  const options = process.execArgv;
  if (!options.includes(CHILD_CONDITION)) return importIndex(folder); // not Node
  // What this process starts by other means is no child of this toolkit.
  process.execArgv = options.filter((option) => option !== CHILD_CONDITION);
  const directory = cacheDirectory();
  const loaded = loadIndex(folder, directory);
  useCompileCache(directory);
  return loaded === undefined ? importIndex(folder) : (loaded as unknown as Index);
}

function importIndex(folder: string): Promise<Index> {
  // eslint-disable-next-line no-restricted-syntax -- a module of this toolkit, which starts nothing
  return import(pathToFileURL(join(folder, 'index.js')).href) as Promise<Index>;
}
