import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, vi } from 'vitest';
import { packAll } from '../tools/pack.mjs';
import { root } from '../tools/run.mjs';
import { compile } from './compile.js';
import { startRegistry } from './registry.js';

const start = promisify(execFile);

// Packing takes seconds, so a file does it once.
let theOne: Promise<Stranger> | undefined;
vi.setConfig({ testTimeout: 240_000 });
afterAll(async () => {
  await (await theOne)?.[Symbol.asyncDispose]();
});

/** The packages as they would be published, and empty folders to install them into. */
export class Stranger implements AsyncDisposable {
  readonly packed: Awaited<ReturnType<typeof packAll>>;
  readonly #home: string;
  readonly #registry: Awaited<ReturnType<typeof startRegistry>>;
  #folders = 0;

  private constructor(home: string, packed: Stranger['packed'], registry: Awaited<ReturnType<typeof startRegistry>>) {
    this.#home = home;
    this.packed = packed;
    this.#registry = registry;
  }

  /**
   * The one of this file, which arrives within the first test that needs it, and goes when the file is done. Not in a hook:
   * the watchdog gives a hook less time than installing takes on a busy machine.
   */
  static theOne(): Promise<Stranger> {
    return (theOne ??= Stranger.arrive());
  }

  /** Packs everything and serves it. Far from the repository: nothing of its node_modules can be found from there. */
  static async arrive(): Promise<Stranger> {
    const home = mkdtempSync(path.join(tmpdir(), 'multiprocess-stranger-'));
    const packed = await packAll(home);
    return new Stranger(home, packed, await startRegistry([...packed.ours, ...packed.others]));
  }

  /** Absolute path of the tarball of one of our packages. */
  tarball(name: string): string {
    const found = this.packed.ours.find(({ manifest }) => manifest.name === name);
    if (found === undefined) throw new RangeError(`There is no package ${name}`);
    return found.file;
  }

  /** The README that one of our packages is published with. */
  readme(name: string): string {
    return readFileSync(path.join(this.#home, 'staged', folderOf(name), 'README.md'), 'utf8');
  }

  /** An empty folder in which npm has installed those packages, names or tarballs. */
  async install(...packages: string[]): Promise<Folder> {
    const folder = new Folder(path.join(this.#home, `folder-${++this.#folders}`));
    mkdirSync(folder.path);
    folder.write('package.json', '{ "private": true }');
    const cache = path.join(this.#home, 'npm-cache');
    const options = ['--cache', cache, '--registry', this.#registry.url, '--no-audit', '--no-fund', '--loglevel=error'];
    const cli = process.env['npm_execpath'];
    const [npm, ...before] = cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
    await start(npm, [...before, 'install', ...options, ...packages], { cwd: folder.path, env: plainEnvironment() });
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry[Symbol.asyncDispose]();
    rmSync(this.#home, { recursive: true });
  }
}

/** A folder of a stranger's, with what is installed there. */
export class Folder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.path, file), text);
  }

  /** Makes a package of another node_modules, the repository's own by default, one that can be imported here. */
  link(name: string, from = path.join(root, 'node_modules')): void {
    const to = path.join(this.path, 'node_modules', name);
    mkdirSync(path.dirname(to), { recursive: true });
    symlinkSync(path.join(from, name), to);
  }

  read(file: string): string {
    return readFileSync(path.join(this.path, file), 'utf8');
  }

  /** Whether a program here can import the package by its name. */
  isInstalled(name: string): boolean {
    return existsSync(path.join(this.path, 'node_modules', name));
  }

  /** Names of all packages that were installed, without those asked for by others but not found. */
  installed(): string[] {
    const lock = JSON.parse(this.read('node_modules/.package-lock.json')) as { packages: Record<string, unknown> };
    return Object.keys(lock.packages).map((place) => place.replace(/^.*node_modules\//, ''));
  }

  /** Runs a program here with the Node of this test, and hands out what it wrote. Rejects unless it ends with 0. */
  async node(...args: string[]): Promise<string> {
    return this.nodeWith({}, ...args);
  }

  /** The same, with further environment variables. */
  async nodeWith(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
    const env = { ...plainEnvironment(), ...variables };
    const { stdout } = await start(process.execPath, args, { cwd: this.path, env });
    return stdout;
  }

  /** The same, with another Node. */
  async run(node: string, ...args: string[]): Promise<string> {
    const { stdout } = await start(node, args, { cwd: this.path, env: plainEnvironment() });
    return stdout;
  }

  /** Compiles a module strictly to a file beside it that Node 20 runs. */
  compile(file: string, declarations: 'trusted' | 'checked' = 'trusted'): void {
    compile(path.join(this.path, file), declarations);
  }
}

function folderOf(name: string): string {
  return name.replace('@multiprocess/', '');
}

/** Without what npm and the tests set for the programs that they start; the segment directory stays the test's own. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|NODE_ENV|VITEST)/.test(name));
  return Object.fromEntries(ours);
}

/** The first program of a README: its language and its text. */
export function firstExample(readme: string): { language: string; text: string } {
  const match = /^```(ts|js)\b.*\n((?:.*\n)*?)```$/m.exec(readme);
  if (match === null) throw new Error('This README has no example in ts or js');
  return { language: match[1]!, text: match[2]! };
}
