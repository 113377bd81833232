import { pathToFileURL } from 'node:url';
import { argumentError, isSingleExecutable } from '@multiprocess/shared-memory';

/** What names a module: `import.meta` of an ES module, or `module` of a CommonJS one. */
export type ModuleLike = { readonly url: string } | { readonly filename: string };

/** What a module makes known by a name: a task or a class. */
export function keyOf({ module, name }: { readonly module: string; readonly name: string }): string {
  return `${name}@${module}`;
}

/** The URL by which another process can import the module. @throws {@link TypeError} if it does not name one. */
export function moduleUrl(module: ModuleLike): string {
  const candidate: unknown = module;
  if (typeof candidate === 'object' && candidate !== null) {
    if ('url' in candidate && typeof candidate.url === 'string') return candidate.url;
    if ('filename' in candidate && typeof candidate.filename === 'string')
      return pathToFileURL(candidate.filename).href;
  }
  throw argumentError('module', 'import.meta, or module in CommonJS', candidate);
}

// Asked for each task that is sent. Node and the application stay one file.
let ownModule: string | false | undefined;

/** Whether it is the application of a single executable: children are the same executable, but cannot import what is in it. */
export function isInExecutable(url: string): boolean {
  ownModule ??= isSingleExecutable() && pathToFileURL(process.execPath).href;
  return url === ownModule;
}
