import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { CodeCache } from './code-cache.js';
import type { CodeSet } from './code-cache.js';
import type { Sealing } from './kept-modules.js';

// A child loads the packages of this toolkit by itself, not by Node's loader of modules: as scripts, whose compiled code it
// keeps. What its target imports of them is `in-child.js` of each package, by the condition of "exports" with which children
// are started, and that exports the same objects. See withRecipe() and moduleForChildren() in test/tools/child-recipe.mjs.

/** From where to where, and what stands there instead. */
type Change = readonly [number, number, string];
/** All that a module exports. */
type Exports = Readonly<Record<string, unknown>>;

/** What `in-child.js` of the packages finds at `globalThis`. */
interface Packages {
  /** By the URL of the module, which is one in dist/. */
  readonly loaded: Map<string, Exports>;
  load?(url: string): Exports | undefined;
}

/** A module as a function. */
type Run = (
  load: (specifier: string) => Exports,
  dynamicImport: (specifier: string) => Promise<Exports>,
  meta: { readonly url: string },
) => Exports;

const PLACE = Symbol.for('@multiprocess/packages 1');
/** How the line begins that says what to change in a module. */
const MARK = '//# child=';
/** Of a package: its index, and the programs that children import as modules. */
const MODULE = /\/dist\/(index|shared-[\w-]+|worker-main|serve|run-request)\.js$/;
const INDEX = 'index.js';
const FOR_CHILDREN = 'in-child.js';
const SCOPE = '@multiprocess';
const NATIVE = '@multiprocess/native';

/**
 * The exports of the index beside this program. Undefined where something has imported packages before, as a module of `--import`
 * does: then Node's loader has them, and goes on to load them.
 *
 * @param directory of the cache; see `cacheDirectory`
 */
export function loadIndex(folder: string, directory: string | undefined): Exports | undefined {
  const place = globalThis as unknown as Record<symbol, Packages | undefined>;
  if (place[PLACE] !== undefined) return undefined;
  const loader = new Loader();
  Object.defineProperty(globalThis, PLACE, { value: loader });
  const index = join(folder, INDEX);
  if (directory !== undefined) loader.useCache(directory, index);
  return loader.load(pathToFileURL(index).href);
}

class Loader implements Packages {
  readonly loaded = new Map<string, Exports>();
  #cache: CodeCache | undefined;
  /** Of the module that is being loaded and those that it leads to. */
  #set: CodeSet | undefined;

  /** Loads the native part of the packages beside `index` before all others, as it reads the files of the cache. */
  useCache(directory: string, index: string): void {
    const part = fileBeside(NATIVE, index);
    if (part === undefined) return;
    try {
      const found = this.#loadFile(part) as unknown as { native(): Sealing };
      this.#cache = new CodeCache(directory, found.native());
    } catch {
      // there is none for this platform, which the packages say where it matters
    }
  }

  /** Undefined for what is not a module of this toolkit. */
  load(url: string): Exports | undefined {
    const known = this.loaded.get(url);
    if (known !== undefined) return known;
    if (!MODULE.test(url)) return undefined;
    const path = fileURLToPath(url);
    const outer = this.#set;
    this.#set ??= this.#cache?.open(path);
    try {
      const exports = this.#run(url, path);
      if (exports !== undefined) this.loaded.set(url, exports);
      return exports;
    } finally {
      this.#set = outer;
    }
  }

  #run(url: string, path: string): Exports | undefined {
    return this.#compile(url, path)?.(
      (specifier) => this.#import(specifier, path),
      // By this program, since Node 20 knows none for scripts from a cache.
      // eslint-disable-next-line no-restricted-syntax -- the packages guard what they import
      (specifier) => import(specifier.startsWith('.') ? new URL(specifier, url).href : specifier) as Promise<Exports>,
      { url },
    );
  }

  #import(specifier: string, from: string): Exports {
    if (specifier.startsWith('.')) return this.#loadFile(join(dirname(from), specifier))!;
    const beside = fileBeside(specifier, from);
    const found = beside === undefined ? undefined : this.#loadFile(beside);
    if (found !== undefined) return found;
    const require = process.getBuiltinModule('node:module').createRequire(from);
    const file = require.resolve(specifier);
    return (
      this.#loadFile(file.endsWith(FOR_CHILDREN) ? join(dirname(file), INDEX) : file) ?? (require(file) as Exports)
    );
  }

  #loadFile(path: string): Exports | undefined {
    return this.load(pathToFileURL(path).href);
  }

  /** Undefined if it cannot be made a function of. */
  #compile(url: string, path: string): Run | undefined {
    const kept = this.#set?.find(path);
    if (kept !== undefined) {
      const script = new Script(kept.text, { filename: url, cachedData: kept.code });
      if (script.cachedDataRejected !== true) return script.runInThisContext() as Run;
    }
    const file = read(path);
    const text = file && functionOf(file.code);
    if (text === undefined) return undefined;
    const script = new Script(text, { filename: url });
    this.#set?.note(path, file!.stats, text, script);
    return script.runInThisContext() as Run;
  }
}

/**
 * The index of another package of this toolkit where package managers put it, beside the package that imports it. Node's search
 * would find the same, and takes longer than all else of a module. Undefined where that is not so.
 */
function fileBeside(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith(`${SCOPE}/`)) return undefined;
  const folder = dirname(dirname(from));
  const around = dirname(folder);
  const holder = basename(around);
  // Of its own if another version is beside it.
  if (![SCOPE, 'node_modules', 'packages'].includes(holder) || existsSync(join(folder, 'node_modules')))
    return undefined;
  const scope = holder === 'node_modules' ? join(around, SCOPE) : around;
  try {
    return realpathSync.native(join(scope, specifier.slice(SCOPE.length + 1), 'dist', INDEX));
  } catch {
    return undefined;
  }
}

/** A function that does what the module does, and returns its exports; undefined if the module does not say how to make it. */
function functionOf(code: string): string | undefined {
  const mark = code.lastIndexOf(MARK);
  if (mark === -1) return undefined;
  const start = mark + MARK.length;
  const [place, ...changes] = JSON.parse(code.slice(start, code.indexOf('\n', start))) as [number, ...Change[]];
  if (place !== mark) return undefined;
  let text = "(function (__load, __import, __meta) { 'use strict'; ";
  let at = 0;
  for (const [from, to, instead] of changes) {
    text += code.slice(at, from) + instead;
    at = to;
  }
  return `${text}${code.slice(at, mark)}\n})`;
}

/** Undefined if there is none: it is not one of ours. */
function read(path: string): { code: string; stats: Stats } | undefined {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    const length = readSync(descriptor, bytes, 0, stats.size, 0);
    return { code: bytes.toString('latin1', 0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
