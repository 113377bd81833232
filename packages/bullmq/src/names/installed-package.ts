import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** A target in the `exports` of a package, as Node defines them. */
type Target = string | null | undefined | readonly Target[] | { readonly [condition: string]: Target };

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly main?: unknown;
  readonly exports?: Target;
}

/** A package on this host. */
export interface InstalledPackage {
  /** Without symbolic links. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly manifest: Manifest;
}

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/** The package that a program in this folder would import by that name, as Node looks for it: itself, or in the `node_modules` from there up. */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const own = readPackage(folder);
    if (own?.name === name && own.manifest.exports !== undefined) return own;
    const installed = readPackage(path.join(folder, 'node_modules', ...name.split('/')));
    if (installed !== undefined) return installed;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The package that a file belongs to: the nearest folder above it whose `package.json` has a name and a version. */
export function packageOf(file: string): InstalledPackage | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const found = readPackage(folder);
    if (found !== undefined) return found;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The file that the package exports under that subpath (`.`, `./images`) to an `import`, or undefined. */
export function exportedFile({ directory, manifest }: InstalledPackage, subpath: string): string | undefined {
  const { exports, main } = manifest;
  if (exports === undefined || exports === null) {
    const file = subpath === '.' ? (typeof main === 'string' ? main : 'index.js') : subpath;
    return existingFile(directory, file.startsWith('./') ? file : `./${file}`);
  }
  for (const [key, target] of subpathsOf(exports)) {
    const middle = match(key, subpath);
    const relative = middle === undefined ? undefined : resolveTarget(target);
    if (relative !== undefined) return existingFile(directory, relative.replaceAll('*', middle ?? ''));
  }
  return undefined;
}

/** The subpath under which the package exports a file of its own, or undefined. */
export function subpathOf(found: InstalledPackage, file: string): string | undefined {
  const { directory, manifest } = found;
  const relative = `./${path.relative(directory, file).split(path.sep).join('/')}`;
  const { exports } = manifest;
  if (exports === undefined || exports === null) return exportedFile(found, '.') === file ? '.' : relative;
  for (const [key, target] of subpathsOf(exports)) {
    const pattern = resolveTarget(target);
    const middle = pattern === undefined ? undefined : match(pattern, relative);
    if (middle === undefined) continue;
    const subpath = key.replace('*', middle);
    if (exportedFile(found, subpath) === file) return subpath; // an earlier key may have taken it
  }
  return undefined;
}

function readPackage(folder: string): InstalledPackage | undefined {
  const file = path.join(folder, 'package.json');
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    return undefined; // there is none, or it is none
  }
  const { name, version } = manifest;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { directory: realpathSync(folder), name, version, manifest };
}

/** Exact subpaths first, then patterns, the longest first, which is Node's order. */
function subpathsOf(exports: Exclude<Target, undefined | null>): [subpath: string, target: Target][] {
  const isPlain = typeof exports === 'string' || Array.isArray(exports);
  if (isPlain || !Object.keys(exports).some((key) => key.startsWith('.'))) return [['.', exports]];
  const length = (key: string): number => (key.includes('*') ? key.indexOf('*') : Infinity);
  return Object.entries(exports).sort(([a], [b]) => (length(a) === length(b) ? 0 : length(b) - length(a)));
}

/** What stands for the star, '' if there is none, or undefined if the text is not of that pattern. */
function match(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === text ? '' : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (!text.startsWith(before) || !text.endsWith(after) || text.length <= before.length + after.length)
    return undefined;
  return text.slice(before.length, text.length - after.length);
}

function resolveTarget(target: Target): string | undefined {
  if (typeof target === 'string') return target.startsWith('./') ? target : undefined;
  if (typeof target !== 'object' || target === null) return undefined;
  const choices = Array.isArray(target)
    ? (target as readonly Target[])
    : Object.entries(target as Readonly<Record<string, Target>>).flatMap(([key, one]) =>
        CONDITIONS.has(key) ? [one] : [],
      );
  for (const one of choices) {
    const found = resolveTarget(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function existingFile(directory: string, relative: string): string | undefined {
  const file = path.join(directory, relative);
  return existsSync(file) && file.startsWith(directory + path.sep) ? realpathSync(file) : undefined;
}
