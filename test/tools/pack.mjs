// @ts-check
// Packs every package as it is published: with the licence of the repository, and the native part with its packages for
// the platforms, of which the one that is built here has a binary.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPackages } from './packages.mjs';
import { withAbsoluteLinks } from './readme-links.mjs';
import { npmOutput, output, root } from './run.mjs';

/**
 * @typedef {import('./packages.mjs').Manifest & { version: string }} Manifest
 * @typedef {{ manifest: Manifest, file: string, unpackedSize: number }} Tarball file: its absolute path
 */

/** @param {string} folder @returns {Manifest} */
const manifestOf = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** @param {string} folder @param {object} manifest */
const writeManifest = (folder, manifest) =>
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));

const NOT_PUBLISHED = new Set(['src', 'target', 'npm', 'node_modules', 'tsconfig.json']);

/**
 * @param {string} folder in packages
 * @param {string} stage
 * @param {Record<string, unknown>} additions to package.json
 */
function stagePackage(folder, stage, additions) {
  cpSync(path.join(root, 'packages', folder), stage, {
    recursive: true,
    filter: (file) => !NOT_PUBLISHED.has(path.basename(file)) && !file.endsWith('.node'),
  });
  addLicence(stage);
  hideInternals(path.join(stage, 'dist'));
  if (Object.keys(additions).length > 0) writeManifest(stage, withAdditions(manifestOf(stage), additions));
  const readme = path.join(stage, 'README.md');
  writeFileSync(readme, withAbsoluteLinks(readFileSync(readme, 'utf8'), manifestOf(stage)));
}

/** @param {string} stage */
const addLicence = (stage) => cpSync(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'));

/**
 * A repository is replaced with its folder kept, which npm links to.
 *
 * @param {Manifest} manifest
 * @param {Record<string, unknown>} additions
 */
function withAdditions(manifest, additions) {
  const { repository } = additions;
  const folder = /** @type {{ directory?: string } | undefined} */ (manifest['repository'])?.directory;
  return { ...manifest, ...additions, ...(repository ? { repository: { ...repository, directory: folder } } : {}) };
}

/**
 * Takes the constructors that are only for other packages out of what editors show: overloads after the public one. The
 * compiler's own `stripInternal` would also take what the packages need of each other while they are built.
 *
 * @param {string} dist
 */
function hideInternals(dist) {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = path.join(dist, name);
    const text = readFileSync(file, 'utf8');
    const without = text.replace(/(constructor\([^\n]*\);)\s*\/\*\* @internal \*\/\s*constructor\([^\n]*\);/g, '$1');
    if (without !== text) writeFileSync(file, without);
  }
}

// The packages for the platforms are not in package.json: they do not exist before the first release, and `npm install`
// in a clone would fail. So they are added here, as `napi prepublish` does.
/** @param {string} stage of the native part @returns {Promise<string[]>} the folders of the platforms' packages */
async function stagePlatforms(stage) {
  const napi = path.join(root, 'node_modules/@napi-rs/cli/dist/cli.js');
  const npmDirectory = path.join(stage, 'npm'); // not among the files that the native package itself publishes
  await output(process.execPath, [napi, 'create-npm-dirs'], stage);
  const platforms = readdirSync(npmDirectory).map((name) => path.join(npmDirectory, name));
  const manifest = manifestOf(stage);
  const optionalDependencies = Object.fromEntries(platforms.map((at) => [manifestOf(at).name, manifest.version]));
  writeManifest(stage, { ...manifest, optionalDependencies });
  return platforms.filter((platform) => {
    const binary = `multiprocess.${path.basename(platform)}.node`;
    if (!existsSync(path.join(root, 'packages/native', binary))) return false;
    cpSync(path.join(root, 'packages/native', binary), path.join(platform, binary));
    addLicence(platform);
    return true;
  });
}

/**
 * Adds the folders of what a package needs from npm, with all that those need, as far as it is installed here. Several
 * versions of one package have a folder each.
 *
 * @param {Iterable<string>} names
 * @param {string} from the folder of the package that needs them
 * @param {Set<string>} found
 */
function addInstalled(names, from, found) {
  for (const name of names) {
    if (name.startsWith('@multiprocess/')) continue;
    const folder = folderOf(name, from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies, optionalDependencies } = manifestOf(folder);
    addInstalled(Object.keys({ ...dependencies, ...optionalDependencies }), folder, found);
  }
}

/** @param {string} folder */
const depth = (folder) => folder.split('node_modules').length;

/**
 * As Node resolves a name: the nearest `node_modules` that has it, up to the root's.
 *
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
function folderOf(name, from) {
  const folder = path.join(from, 'node_modules', name);
  if (existsSync(folder)) return folder;
  return from === root ? undefined : folderOf(name, path.dirname(from));
}

/**
 * Packs all packages of the repository, and what they need from npm out of `node_modules`, into an empty folder.
 *
 * @param {string} into an existing folder
 * @param {Record<string, unknown>} [additions] to every package.json
 * @returns {Promise<{ ours: Tarball[], others: Tarball[] }>}
 */
export async function packAll(into, additions = {}) {
  const packages = readPackages(root);
  const stages = packages.map(({ folder }) => path.join(into, 'staged', folder));
  packages.forEach(({ folder }, i) => stagePackage(folder, stages[i] ?? '', additions));
  const native = path.join(into, 'staged', 'native');
  if (existsSync(native)) stages.push(...(await stagePlatforms(native)));
  /** @type {Set<string>} */
  const found = new Set();
  for (const { folder, manifest } of packages)
    addInstalled(Object.keys(manifest.dependencies ?? {}), path.join(root, 'packages', folder), found);
  const others = [...found].sort((a, b) => depth(a) - depth(b)); // of several versions, first the one that all others find
  return { ours: await pack(stages, into), others: await pack(others, into) };
}

/** @param {string[]} folders @param {string} into @returns {Promise<Tarball[]>} */
async function pack(folders, into) {
  const tarballs = path.join(into, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  if (folders.length === 0) return [];
  const options = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', tarballs];
  /** @type {{ filename: string, unpackedSize: number }[]} */
  const packed = JSON.parse(await npmOutput(['pack', ...options, ...folders], into));
  return packed.map(({ filename, unpackedSize }, i) => ({
    manifest: manifestOf(folders[i] ?? ''),
    file: path.join(tarballs, filename),
    unpackedSize,
  }));
}
