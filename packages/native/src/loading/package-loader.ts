import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { cacheDirectory } from './cache-directory.js';
import { CodeCache } from './code-cache.js';
import type { CodeSet } from './code-cache.js';
import type { Sealing } from './kept-modules.js';
import { functionOf, readModule } from './module-function.js';

/** All that a module exports. */
export type Exports = Readonly<Record<string, unknown>>;

/** A module as a function. */
type Run = (
  load: (specifier: string) => Exports,
  dynamicImport: (specifier: string) => Promise<Exports>,
  meta: { readonly url: string },
) => Exports;

/** Of a package: its index, and the programs of processes that it starts. */
const MODULE = /\/dist\/(index|shared-[\w-]+|worker-main|serve|run-request|begin-daemon)\.js$/;
const INDEX = 'index.js';
const FOR_NODE = 'in-node.js';
const SCOPE = '@multiprocess';
const NATIVE = '@multiprocess/native';

/** Loads modules of this toolkit as scripts, each once, with compiled code that it keeps; see `loader.ts`. */
export class PackageLoader {
  /** Where it keeps compiled code; undefined if nowhere. See `cacheDirectory`. */
  readonly cacheDirectory = cacheDirectory();
  /** By the paths of their files. */
  readonly #loaded = new Map<string, Exports>();
  /** The packages in a folder, by its path and their names. */
  readonly #inFolder = new Map<string, Exports>();
  // Code from a cache runs in the main realm of a thread. In another, as test runners make them, the packages are to use its classes.
  // eslint-disable-next-line no-restricted-syntax -- that is what is asked: Node's own functions are of the main realm
  readonly #isInMainRealm = Object.getPrototypeOf(existsSync) === Function.prototype;
  #cache: CodeCache | false | undefined;
  /** Of the module that is being loaded and those that it leads to. */
  #set: CodeSet | undefined;

  /**
   * As the constructor of functions, for functions that import: Node finds its loader of modules by the code that has called that
   * constructor, and knows none for scripts.
   *
   * @param texts the names of the parameters, and the body
   */
  newFunction(...texts: readonly string[]): unknown {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- functions may travel as their source
    return new Function(...texts);
  }

  /** Undefined for what is not a module of this toolkit. @param url of a module in dist/ */
  load(url: string): Exports | undefined {
    if (!MODULE.test(url)) return undefined;
    // With --preserve-symlinks, it may be that of a link.
    const path = realPath(fileURLToPath(url));
    return path === undefined ? undefined : this.#load(path);
  }

  #load(path: string): Exports | undefined {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    this.#cache ??= this.#openCache(path);
    const outer = this.#set;
    if (this.#cache !== false) this.#set ??= this.#cache.open(path);
    try {
      const exports = this.#run(path);
      if (exports !== undefined) this.#loaded.set(path, exports);
      return exports;
    } finally {
      this.#set = outer;
    }
  }

  /** Loads the native part of the packages beside the one of `path` before all others, as it reads the files of the cache. */
  #openCache(path: string): CodeCache | false {
    this.#cache = false;
    if (this.cacheDirectory === undefined || !this.#isInMainRealm) return false;
    try {
      const found = this.#loadBeside(NATIVE, folderOfPackages(path)) as { native(): Sealing } | undefined;
      return found === undefined ? false : new CodeCache(this.cacheDirectory, found.native());
    } catch {
      return false; // there is none for this platform, which the packages say where it matters
    }
  }

  #run(path: string): Exports | undefined {
    const { href: url } = pathToFileURL(path);
    const folder = folderOfPackages(path);
    return this.#compile(url, path)?.(
      (specifier) => this.#loadBeside(specifier, folder) ?? this.#import(specifier, path),
      // By this module, since Node 20 knows none for scripts from a cache.
      // eslint-disable-next-line no-restricted-syntax -- the packages guard what they import
      (specifier) => import(specifier.startsWith('.') ? new URL(specifier, url).href : specifier) as Promise<Exports>,
      { url },
    );
  }

  /** Another package of this toolkit, if it is in that folder. Most imports are of these, and of one that is loaded already. */
  #loadBeside(specifier: string, folder: string | undefined): Exports | undefined {
    if (folder === undefined || !specifier.startsWith(`${SCOPE}/`)) return undefined;
    const place = join(folder, specifier.slice(SCOPE.length + 1), 'dist', INDEX);
    let found = this.#inFolder.get(place);
    if (found === undefined) {
      const path = realPath(place);
      found = path === undefined ? undefined : this.#load(path);
      if (found !== undefined) this.#inFolder.set(place, found);
    }
    return found;
  }

  #import(specifier: string, from: string): Exports {
    if (specifier.startsWith('.')) return this.#load(join(dirname(from), specifier))!;
    const require = process.getBuiltinModule('node:module').createRequire(from);
    const file = require.resolve(specifier);
    const { href } = pathToFileURL(file.endsWith(FOR_NODE) ? join(dirname(file), INDEX) : file);
    return this.load(href) ?? (require(file) as Exports);
  }

  /** Undefined if it cannot be made a function of. */
  #compile(url: string, path: string): Run | undefined {
    const kept = this.#set?.find(path);
    if (kept !== undefined) {
      const script = new Script(kept.text, { filename: url, cachedData: kept.code });
      if (script.cachedDataRejected !== true) return script.runInThisContext() as Run;
    }
    const file = readModule(path);
    const text = file && functionOf(file.code);
    if (text === undefined) return undefined;
    if (!this.#isInMainRealm) return evaluateHere(text, url);
    const script = new Script(text, { filename: url });
    this.#set?.note(path, file!.stats, text, script);
    return script.runInThisContext() as Run;
  }
}

/** In the realm of this module, whichever it is: `node:vm` has no name for it. */
function evaluateHere(text: string, url: string): Run {
  return (0, eval)(`${text}\n//# sourceURL=${url}`) as Run;
}

/**
 * Where the other packages of this toolkit are if a package manager has put them beside the one with that module. Node's search would
 * find the same, and takes longer than all else of a module. Undefined where that is not so, or another version may be nearer.
 */
function folderOfPackages(path: string): string | undefined {
  const own = dirname(dirname(path));
  const around = dirname(own);
  const holder = basename(around);
  if (![SCOPE, 'node_modules', 'packages'].includes(holder) || existsSync(join(own, 'node_modules'))) return undefined;
  return holder === 'node_modules' ? join(around, SCOPE) : around;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
