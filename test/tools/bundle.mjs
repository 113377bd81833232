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
import { withRecipe } from './module-recipe.mjs';
import { root } from './run.mjs';

/**
 * What is loaded by its file's name, beside the index of every package: its name in dist/, and its module.
 *
 * @type {Record<string, Readonly<Record<string, string>>>}
 */
const PROGRAMS = {
  bullmq: { 'run-request': 'worker/run-request.js' },
  daemon: { 'begin-daemon': 'begin-daemon.js' },
  manager: { serve: 'server/serve.js' },
  multiprocess: { 'cli/main': 'cli/main.js' },
  pool: { 'worker-main': 'worker/worker-main.js' },
  redis: { 'renewer-main': 'session/renewer-main.js' },
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
 * Programs in CommonJS, beside the index of a package: what Node loads by `--require`, and those whose first lines are to run
 * before Node's loader of modules begins. Each is one file.
 *
 * @type {Record<string, Readonly<Record<string, string>>>}
 */
const REQUIRED = {
  'shared-memory': { 'take-over': 'runtime/take-over.js' },
  daemon: { 'daemon-main': 'daemon-main.js' },
  process: { 'child-main': 'child/child-main.js', 'thread-main': 'child/thread-main.js' },
};

/** What Node imports instead of the index: see "exports" in each package.json, and `loader.ts` of the native package. */
const FOR_NODE = 'in-node.js';
const LOADER = '@multiprocess/native/loader';

/** What only the command line and its dashboard share, which no program that imports the package needs. */
const OF_COMMANDS = { name: 'cli/inspect', test: /\/multiprocess\/build\/inspect\//, priority: 1 };

const packages = path.join(root, 'packages');

const alias = {
  ...Object.fromEntries(included.map(({ module, file }) => [module, file])),
  [LOADER]: path.join(packages, 'native/build/loading/loader.js'),
};

/**
 * Tells webpack to leave the programs alone: it would copy each beside its bundle, without the files that the program imports.
 * Others leave them alone by themselves, or take their files along.
 *
 * @param {string} code
 */
const withMarkedPrograms = (code) =>
  code.replace(/new URL\((?="\.\/[\w-]+\.c?js", import\.meta\.url\))/g, 'new URL(/* webpackIgnore: true */ ');

/**
 * Names what Node imports in the index, in a function that is never called: tracers of deployments then take it along.
 *
 * @param {string} code
 */
const withTrace = (code) =>
  code.replace(/^(?=export \{)/m, `const forNode = () => new URL("./${FOR_NODE}", import.meta.url);\n`);

/** @param {import('rolldown').OutputChunk} chunk */
function textOf({ code, fileName }) {
  const marked = withMarkedPrograms(code);
  if (fileName.endsWith('.cjs')) return marked;
  return withRecipe(fileName === 'index.js' ? withTrace(marked) : marked);
}

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
    ...['builtins-plugin', 'module-recipe', 'flatten-plugin', 'included'].map((name) =>
      import.meta.resolve(`./${name}.mjs`),
    ),
    import.meta.url,
  ].map((url) => fileURLToPath(url));
  const page = PAGES[name];
  const copied = page?.files.map((file) => path.join(packages, name, page.source, file)) ?? [];
  const loader = filesIn(path.dirname(alias[LOADER]));
  const sources = [...tools, ...copied, ...[...filesIn(from), ...loader].filter((file) => file.endsWith('.js'))];
  if (existsSync(index) && Math.max(...sources.map(changedAt)) < changedAt(index)) return;

  const output = await filesOf(from, Object.entries({ index: 'index.js', ...PROGRAMS[name] }), 'esm');
  for (const entry of Object.entries(REQUIRED[name] ?? {})) output.push(...(await filesOf(from, [entry], 'cjs')));
  const script = page && (await scriptOf(path.join(from, page.script)));

  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map();
  for (const file of output) {
    files.set(path.join(to, file.fileName), file.type === 'chunk' ? textOf(file) : file.source);
    if (file.type === 'chunk' && file.fileName === 'index.js') {
      files.set(path.join(to, FOR_NODE), await moduleForNode(file.exports));
    }
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
 * @param {readonly string[]} names of all that the index exports
 */
async function moduleForNode(names) {
  const list = `{ ${names.join(', ')} }`;
  const code = `import { indexBeside } from '${LOADER}'; const ${list} = indexBeside(import.meta.url); export ${list};`;
  const bundled = await rolldown({
    input: FOR_NODE,
    platform: 'node',
    resolve: { alias },
    plugins: [
      {
        name: 'the module',
        resolveId: (id) => (id === FOR_NODE ? id : null),
        load: (id) => (id === FOR_NODE ? code : null),
      },
      builtinsPlugin,
    ],
  });
  const { output } = await bundled.generate({ format: 'esm', minify: true });
  await bundled.close();
  // For tracers of deployments, like withTrace().
  return `${output[0].code}const index=()=>import("./index.js");\n`;
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
 */
async function filesOf(from, entries, format) {
  const bundled = await rolldown({
    input: Object.fromEntries(entries.map(([entry, module]) => [entry, path.join(from, module)])),
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !Object.hasOwn(alias, id),
    resolve: { alias },
    plugins: [flattenPlugin, builtinsPlugin],
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
