import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ProcessStartError } from '../base/errors.js';
import { isSingleExecutable } from './single-executable.js';

// Children are started as programs that lie beside the index of a package, in its dist/. A bundler that puts the package into
// a file of the user's takes the index and leaves the programs. Then those of the installed package are taken: they find the
// bundle's tasks as any child does, by importing the bundle.

/** A program of a package. */
export interface ProgramPlace {
  /** The name of its file. */
  readonly program: string;
  /** The package, in whose dist/ it lies. */
  readonly of: string;
  /**
   * Its URL where the package is not bundled: `return new URL('./name.js', import.meta.url)`, written out as a statement, for
   * which tracers of deployments look. Throws in a bundle in CommonJS, which has no `import.meta.url`.
   */
  beside(): URL;
}

/** The umbrella, by which the other packages are found where a package manager hides what the program does not name. */
const UMBRELLA = 'multiprocess';

/**
 * The URL of the module whose `import.meta` it is. A bundler that makes CommonJS empties it: then that of the bundle, in which
 * this file lies, too.
 *
 * @param meta `import.meta`
 */
export function ownUrl({ url }: { readonly url?: string | undefined }): string {
  return url ?? pathToFileURL(__filename).href;
}

/**
 * The path of a program.
 *
 * @throws {@link ProcessStartError} if the package is in a bundle, and not installed for that.
 */
export function programFile(place: ProgramPlace): string {
  const found = find(place);
  if (found !== undefined) return found;
  const { program, of } = place;
  throw new ProcessStartError(
    `${of} has been put into a bundle, and its program ${program} is neither beside that nor installed where it runs: ` +
      'install multiprocess there, or leave it out of the bundle, as esbuild does with --packages=external. ' +
      'The guide "Bundlers and test runners" has the setting for each bundler',
  );
}

/**
 * The URL by which a child imports a program that this module is part of: the module's own if there is none. The child of a
 * bundle so runs the installed program, and not a second time all that is in the bundle.
 */
export function programUrl(place: ProgramPlace, own: { readonly url?: string | undefined }): string {
  const found = find(place);
  return found === undefined ? ownUrl(own) : pathToFileURL(found).href;
}

function find(place: ProgramPlace): string | undefined {
  const { program, of } = place;
  const path = pathOf(place);
  if (path !== undefined && existsSync(path)) return path;
  const main = isSingleExecutable() ? process.execPath : process.argv[1];
  for (const from of [path, main]) {
    const index = from === undefined ? undefined : indexOf(of, from);
    if (index === undefined) continue;
    const installed = join(dirname(index), program);
    if (existsSync(installed)) return installed;
  }
  return undefined;
}

function pathOf(place: ProgramPlace): string | undefined {
  try {
    return fileURLToPath(place.beside());
  } catch {
    return undefined; // no import.meta.url, or none of a file
  }
}

/** The index of the package that a module at that place would import, or that its umbrella does. */
function indexOf(name: string, from: string): string | undefined {
  return resolved(name, from) ?? resolved(name, resolved(UMBRELLA, from));
}

function resolved(name: string, from: string | undefined): string | undefined {
  if (from === undefined) return undefined;
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined; // not installed for that place
  }
}
