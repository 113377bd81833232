import { pathToFileURL } from 'node:url';
import { hasVersion, specifierOf } from './function-name.js';
import type { FunctionName } from './function-name.js';
import { exportedFile, findPackage } from './installed-package.js';

/** The URL of a module on this host, or why this host does not have it. */
export type Found = { readonly module: string } | { readonly missing: string };

/** Finds the module of a function in what a program in that folder could import. Does not import it. */
export function findModule(name: FunctionName, from: string): Found {
  const found = findPackage(name.package, from);
  if (found === undefined) return { missing: `${name.package} is not installed` };
  if (!hasVersion(found.version, name.version)) {
    return { missing: `${name.package} is installed in version ${found.version}, not ${name.version}` };
  }
  const file = exportedFile(found, name.subpath);
  if (file === undefined) return { missing: `${found.name}@${found.version} does not export ${specifierOf(name)}` };
  return { module: pathToFileURL(file).href };
}
