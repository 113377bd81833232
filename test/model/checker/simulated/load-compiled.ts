import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { parse } from 'acorn';
import type { ModuleDeclaration, Program } from 'acorn';

/** A change of compiled code: what is to be found exactly once in a file, and what stands there instead. */
export interface Patch {
  /** As in `shared-memory/wait/owner-mutex.js`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

type Exports = Record<string, unknown>;

const packages = fileURLToPath(new URL('../../../../packages', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Loads compiled files of the packages, unchanged but for patches, with other globals in place of Node's.
 *
 * Imports become destructuring and exports become assignments on the same lines, so that stack traces are right. What an
 * index re-exports is loaded when it is asked for: an algorithm does not load the native part that stands beside it.
 */
export class CompiledCode {
  readonly #globals: Readonly<Record<string, unknown>>;
  readonly #substitutes: Readonly<Record<string, Exports>>;
  readonly #patches: readonly Patch[];
  readonly #unused: Set<Patch>;
  readonly #loaded = new Map<string, Exports>();

  /** @param substitutes exports to use instead of those of whole files, and of modules of Node's */
  constructor(
    globals: Readonly<Record<string, unknown>>,
    substitutes: Readonly<Record<string, Exports>>,
    patches: readonly Patch[],
  ) {
    this.#globals = globals;
    this.#substitutes = substitutes;
    this.#patches = patches;
    this.#unused = new Set(patches);
  }

  /** The exports of a file, as in `shared-memory/wait/owner-mutex.js`. */
  load(file: string): Exports {
    const known = this.#substitutes[file] ?? this.#loaded.get(file);
    if (known !== undefined) return known;
    const exports: Exports = {};
    this.#loaded.set(file, exports);
    const path = join(packages, file.replace('/', '/build/'));
    const source = this.#patched(file, readFileSync(path, 'utf8'));
    const names = Object.keys(this.#globals);
    // A function has no import.meta; that the same words in a message change, too, does not matter here.
    const body = unwrapModule(source).replaceAll('import.meta', 'importMeta');
    const parameters = ['importOf', 'importMeta', 'exports', ...names];
    const wrapped = compileFunction(body, parameters, { filename: path });
    const importMeta = { url: pathToFileURL(path).href };
    wrapped((from: string) => this.#import(file, from), importMeta, exports, ...Object.values(this.#globals));
    return exports;
  }

  /** Throws if a patch was for a file that was never loaded: it would test nothing. */
  checkPatches(): void {
    for (const { file } of this.#unused) throw new Error(`${file} is patched but never loaded`);
  }

  #import(importer: string, from: string): Exports {
    if (from.startsWith('node:')) return this.#substitutes[from] ?? withDefault(require(from) as Exports);
    if (from.startsWith('.')) return this.load(join(dirname(importer), from));
    return this.load(`${from.replace('@multiprocess/', '')}/index.js`);
  }

  #patched(file: string, source: string): string {
    let patched = source;
    for (const patch of this.#patches) {
      if (patch.file !== file) continue;
      this.#unused.delete(patch);
      const parts = patched.split(patch.find);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${patch.find}`);
      patched = parts.join(patch.replace);
    }
    return patched;
  }
}

/** What an import of a module of Node gives. */
function withDefault(exports: Exports): Exports {
  return { ...exports, default: exports };
}

/** The body of a function that does what the module does, given `importOf` and `exports`. */
function unwrapModule(source: string): string {
  const program: Program = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  let body = '"use strict";';
  let done = 0;
  let exported = '';
  for (const node of program.body) {
    const declaration = node as ModuleDeclaration;
    if (declaration.type === 'ImportDeclaration') {
      const names = declaration.specifiers.map((specifier) => {
        if (specifier.type === 'ImportDefaultSpecifier') return `default: ${specifier.local.name}`;
        if (specifier.type !== 'ImportSpecifier') throw new Error('An import of all names is not understood');
        return `${nameOf(specifier.imported)}: ${specifier.local.name}`;
      });
      body += `${source.slice(done, node.start)}const { ${names.join(', ')} } = importOf(${String(declaration.source.raw)});`;
      done = node.end;
    } else if (declaration.type === 'ExportNamedDeclaration' && declaration.declaration) {
      body += source.slice(done, node.start);
      done = declaration.declaration.start;
      for (const name of exportedNames(declaration.declaration)) exported += `exports.${name} = ${name};`;
    } else if (declaration.type === 'ExportNamedDeclaration') {
      body += source.slice(done, node.start);
      done = node.end;
      const from = declaration.source?.raw;
      for (const { exported: outside, local } of declaration.specifiers) {
        const value = from === undefined ? nameOf(local) : `importOf(${from}).${nameOf(local)}`;
        body += `Object.defineProperty(exports, '${nameOf(outside)}', { get: () => ${value}, configurable: true });`;
      }
    }
  }
  return `${body}${source.slice(done)}\n${exported}`;
}

type Declared = Extract<ModuleDeclaration, { type: 'ExportNamedDeclaration' }>['declaration'];

function exportedNames(declaration: NonNullable<Declared>): string[] {
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name];
  return declaration.declarations.map(({ id }) => {
    if (id.type !== 'Identifier') throw new Error('Only simple exports are understood');
    return id.name;
  });
}

function nameOf(node: { type: 'Identifier'; name: string } | { type: 'Literal'; value?: unknown }): string {
  return node.type === 'Identifier' ? node.name : String(node.value);
}
