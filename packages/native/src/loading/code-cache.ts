import { mkdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
// eslint-disable-next-line no-restricted-imports -- with fakes of a test in its place, files are kept at the end of the process
import { setTimeout } from 'node:timers';
import type { Script } from 'node:vm';
import { FORMAT, readKept, writeKept } from './kept-modules.js';
import type { KeptModule, Sealing, Stamp } from './kept-modules.js';
import { removeUnused } from './unused-files.js';

/** How long after a process has begun to compile it keeps what it has compiled, if it has not ended before. */
const KEEP_AFTER_MS = 1000;
/** How long code stays that this V8 refuses. */
const STAYS_MS = 24 * 60 * 60 * 1000;
/** Node's flags that say which program or which parts of exports are meant: V8 has none of them. */
const NOT_OF_V8 = /^--(conditions|import|require|loader|experimental-loader|enable-source-maps)(=|$)/;

/** A module that has been compiled here. */
interface Compiled {
  readonly stamp: Stamp;
  readonly text: string;
  readonly script: Script;
}

/**
 * The compiled code of modules of this toolkit, in a directory that only this user can write to: one file for all that one module
 * leads to, so that a process reads a single one for all it needs to begin.
 */
export class CodeCache {
  readonly #around: string;
  readonly #directory: string;
  readonly #sealing: Sealing;
  readonly #changed: CodeSet[] = [];
  #isKeptAtExit = false;

  /** @param directory see `cacheDirectory` */
  constructor(directory: string, sealing: Sealing) {
    this.#sealing = sealing;
    this.#around = directory;
    this.#directory = join(directory, `code-${process.version}-${process.arch}${flagsOfV8()}`);
  }

  /** What is kept of the module at `path`, and of those that it leads to. */
  open(path: string): CodeSet {
    return new CodeSet(join(this.#directory, `${hashOf(`${FORMAT} ${path}`)}.bin`), this.#sealing, (set) =>
      this.#keepLater(set),
    );
  }

  /** Keeps the code of functions, too, once those that a start needs have been compiled. */
  #keepLater(set: CodeSet): void {
    if (this.#changed.length === 0) setTimeout(() => this.#keepAll(), KEEP_AFTER_MS).unref();
    if (!this.#isKeptAtExit) process.getBuiltinModule('node:process').once('exit', () => this.#keepAll());
    this.#isKeptAtExit = true;
    this.#changed.push(set);
  }

  #keepAll(): void {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      for (const set of this.#changed.splice(0)) set.keep();
      removeUnused(this.#around);
    } catch {
      // no right, no room: the next start compiles again
    }
  }
}

/** The content of one file of the cache. */
export class CodeSet {
  readonly #file: string;
  readonly #sealing: Sealing;
  readonly #keepLater: (set: CodeSet) => void;
  readonly #kept: ReadonlyMap<string, KeptModule>;
  readonly #compiled = new Map<string, Compiled>();

  constructor(file: string, sealing: Sealing, keepLater: (set: CodeSet) => void) {
    this.#file = file;
    this.#sealing = sealing;
    this.#keepLater = keepLater;
    this.#kept = readKept(file, sealing);
  }

  /** What was compiled of the module at `path`, if that is the same file. */
  find(path: string): KeptModule | undefined {
    const found = this.#kept.get(path);
    return found !== undefined && isOf(found.stamp, path) ? found : undefined;
  }

  /** The module was compiled: it is not here, or V8 has refused what is. */
  note(path: string, stats: Stats, text: string, script: Script): void {
    if (this.find(path) !== undefined && !this.#isOld()) return;
    if (this.#compiled.size === 0) this.#keepLater(this);
    this.#compiled.set(path, { stamp: stampOf(stats), text, script });
  }

  /**
   * Old enough to be replaced, although its modules are the same: V8 runs with flags here that this thread does not show. Else two
   * kinds of programs would replace each other's code at each start.
   */
  #isOld(): boolean {
    const { mtimeMs = 0 } = statSync(this.#file, { throwIfNoEntry: false }) ?? {};
    // eslint-disable-next-line no-restricted-properties -- compared with the time of a file
    return Math.abs(Date.now() - mtimeMs) > STAYS_MS;
  }

  /** Throws if that cannot be. */
  keep(): void {
    const modules = new Map([...this.#kept].filter(([path, { stamp }]) => isOf(stamp, path)));
    for (const [path, { stamp, text, script }] of this.#compiled) {
      modules.set(path, { stamp, text, code: script.createCachedData() });
    }
    writeKept(this.#file, modules, this.#sealing);
  }
}

function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
  return [size, mtimeMs, ctimeMs, ino];
}

function isOf(stamp: Stamp, path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stampOf(stats).every((value, i) => value === stamp[i]);
}

/** V8 compiles in another way if flags ask it to: its own name of that. Loaded only if there are flags. */
function flagsOfV8(): string {
  const flags = process.execArgv.filter((flag) => !NOT_OF_V8.test(flag));
  if (flags.length === 0 && process.env['NODE_OPTIONS'] === undefined) return '';
  return `-${process.getBuiltinModule('node:v8').cachedDataVersionTag().toString(16)}`;
}

/** Of 64 bits, as FNV-1a makes 32 of them: a name for a file. Should two paths share one, the paths in it differ. */
function hashOf(text: string): string {
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let at = 0; at < text.length; at++) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b);
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}
