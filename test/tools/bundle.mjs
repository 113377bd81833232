// @ts-check
// Makes of the modules that the compiler has written to build/ of each package what is published in its dist/: one file for
// programs that import it, one for each program that it starts, and files for what several of these share. So a process that
// begins opens a dozen files instead of some hundred. Does nothing where nothing has changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtinsPlugin } from './builtins-plugin.mjs';
import { flattenPlugin } from './flatten-plugin.mjs';
import { included } from './included.mjs';
import { root } from './run.mjs';

/**
 * What is loaded by its file's name, beside the index of every package: its name in dist/, and its module.
 *
 * @type {Record<string, Readonly<Record<string, string>>>}
 */
const PROGRAMS = {
  bullmq: { 'run-request': 'worker/run-request.js' },
  daemon: { 'daemon-main': 'daemon-main.js' },
  manager: { serve: 'server/serve.js' },
  multiprocess: { 'cli/main': 'cli/main.js' },
  pool: { 'worker-main': 'worker/worker-main.js' },
  redis: { 'renewer-main': 'session/renewer-main.js' },
  process: { 'child-main': 'child/child-main.js', 'thread-main': 'child/thread-main.js' },
};

/**
 * Pages for browsers: in dist/, a folder with their files and a script.
 *
 * @type {Record<string, { readonly folder: string, readonly script: string, readonly source: string, readonly files: readonly string[] }>}
 */
const PAGES = {
  multiprocess: {
    folder: 'dashboard',
    script: 'dashboard/page/main.js',
    source: 'src/dashboard/page',
    files: ['index.html', 'style.css', 'icon.svg'],
  },
};

/**
 * What Node loads by `--require`, in CommonJS, beside the index of a package.
 *
 * @type {Record<string, Readonly<Record<string, string>>>}
 */
const REQUIRED = { 'shared-memory': { 'take-over': 'runtime/take-over.js' } };

/**
 * Programs that import all but their first lines from the index beside them, which is then one file for the program and for what it
 * runs: bundled each by itself.
 *
 * @type {ReadonlySet<string>}
 */
const BEFORE_INDEX = new Set(['child-main', 'thread-main']);
const INDEX = './index.js';

/** @type {import('rolldown').Plugin} */
const indexIsBeside = {
  name: 'index is beside',
  resolveId: (id) => (id === '../index.js' ? { id: INDEX, external: true } : null),
};

/** What only the command line and its dashboard share, which no program that imports the package needs. */
const OF_COMMANDS = { name: 'cli/inspect', test: /\/multiprocess\/build\/inspect\//, priority: 1 };

const alias = Object.fromEntries(included.map(({ module, file }) => [module, file]));

/**
 * Tells webpack to leave the programs alone: it would copy each beside its bundle, without the files that the program imports.
 * Others leave them alone by themselves, or take their files along.
 *
 * @param {string} code
 */
const withMarkedPrograms = (code) =>
  code.replace(/new URL\((?="\.\/[\w-]+\.c?js", import\.meta\.url\))/g, 'new URL(/* webpackIgnore: true */ ');

const packages = path.join(root, 'packages');
// All packages, or those that are named.
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : readdirSync(packages)) {
  if (existsSync(path.join(packages, name, 'build/index.js'))) await bundle(name);
}

/** @param {string} name */
async function bundle(name) {
  const from = path.join(packages, name, 'build');
  const to = path.join(packages, name, 'dist');
  const index = path.join(to, 'index.js');
  const tools = [
    ...['builtins-plugin', 'flatten-plugin', 'included'].map((name) => import.meta.resolve(`./${name}.mjs`)),
    import.meta.url,
  ].map((url) => fileURLToPath(url));
  const page = PAGES[name];
  const copied = page?.files.map((file) => path.join(packages, name, page.source, file)) ?? [];
  const sources = [...tools, ...copied, ...filesIn(from).filter((file) => file.endsWith('.js'))];
  if (existsSync(index) && Math.max(...sources.map(changedAt)) < changedAt(index)) return;

  const entries = Object.entries({ index: 'index.js', ...PROGRAMS[name] });
  const apart = entries.filter(([entry]) => BEFORE_INDEX.has(entry));
  const together = entries.filter(([entry]) => !BEFORE_INDEX.has(entry));
  const output = [
    ...(await filesOf(from, Object.entries(REQUIRED[name] ?? {}), 'cjs')),
    ...(await filesOf(from, together, 'esm')),
  ];
  for (const entry of apart) output.push(...(await filesOf(from, [entry], 'esm', [indexIsBeside])));
  const script = page && (await scriptOf(path.join(from, page.script)));

  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map();
  for (const file of output) {
    files.set(path.join(to, file.fileName), file.type === 'chunk' ? withMarkedPrograms(file.code) : file.source);
  }
  if (page && script !== undefined) {
    files.set(path.join(to, page.folder, 'page.js'), script);
    for (const file of copied) files.set(path.join(to, page.folder, path.basename(file)), readFileSync(file));
  }
  for (const old of filesIn(to)) {
    if (/\.c?js(\.map)?$/.test(old) && !files.has(old)) rmSync(old);
  }
  for (const one of included) {
    if (one.into === name) files.set(path.join(to, `LICENSE-${one.package}`), readFileSync(one.licence));
  }
  // The index last, which says that all is there.
  const last = files.get(index) ?? '';
  files.delete(index);
  for (const [file, content] of files) write(file, content);
  write(index, last);
}

/**
 * All that a page runs, in one small file without a source map: the sources of its library would make that larger than all else.
 *
 * @param {string} module
 */
async function scriptOf(module) {
  const bundled = await rolldown({ input: module, platform: 'browser', resolve: { alias } });
  const { output } = await bundled.generate({ format: 'esm', minify: true, comments: { legal: true } });
  await bundled.close();
  return output[0].code;
}

/**
 * @param {string} from
 * @param {readonly [string, string][]} entries
 * @param {'esm' | 'cjs'} format
 * @param {readonly import('rolldown').Plugin[]} [plugins] beside those of all
 */
async function filesOf(from, entries, format, plugins = []) {
  if (entries.length === 0) return [];
  const bundled = await rolldown({
    input: Object.fromEntries(entries.map(([entry, module]) => [entry, path.join(from, module)])),
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !Object.hasOwn(alias, id),
    resolve: { alias },
    plugins: [...plugins, flattenPlugin, builtinsPlugin],
    preserveEntrySignatures: 'strict',
  });
  const { output } = await bundled.generate({
    format,
    entryFileNames: format === 'esm' ? '[name].js' : '[name].cjs',
    chunkFileNames: '[name]-[hash].js',
    // One file for all that several share: to find and open another costs more than to read what is not needed.
    codeSplitting: { groups: [OF_COMMANDS, { name: 'shared', minShareCount: 2 }] },
    sourcemap: true,
    comments: false,
  });
  await bundled.close();
  return output;
}

/**
 * @param {string} file
 * @param {string | Uint8Array} content
 */
function write(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** @param {string} file */
function changedAt(file) {
  return statSync(file).mtimeMs;
}
