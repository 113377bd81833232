// @ts-check
// Keeps the layers of ARCHITECTURE.md: looks at every import in packages/*/src and at the dependencies in every
// package.json, and says what to move.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackages } from './packages.mjs';
import { root } from './run.mjs';

/** @typedef {import('./packages.mjs').Package} Package */

// From the top down: a package may import those of the rows below its own.
const LAYERS = [
  ['multiprocess'],
  ['manager'],
  ['pool'],
  ['process'],
  ['queue', 'values'],
  ['sync', 'pipe'],
  ['serialization'],
  ['shared-memory'],
  ['native'],
];
// Beside them, leaning on the ground floor only; nothing but the umbrella leans on these.
const BESIDE = ['subprocess', 'signal', 'daemon'];
const GROUND = ['serialization', 'shared-memory', 'native'];

// The native part has one door in each package that may need the kernel.
const KERNEL = ['shared-memory', 'process', ...BESIDE];
const DOOR = 'platform.ts';

/** @param {string} folder */
function mayImport(folder) {
  const row = LAYERS.findIndex((names) => names.includes(folder));
  const below = BESIDE.includes(folder) ? GROUND : LAYERS.slice(row + 1).flat();
  const names = row === 0 ? [...below, ...BESIDE] : below;
  return names.filter((name) => name !== 'native' || KERNEL.includes(folder));
}

/** @param {string} name */
const folderOf = (name) => (name === 'multiprocess' ? name : /^@multiprocess\/([^/]+)$/.exec(name)?.[1]);

/** @param {Package} from @param {string} wanted @returns {string | undefined} why not */
function forbids({ folder }, wanted) {
  if (wanted === folder) return 'but a package imports its own files by relative paths';
  if (mayImport(folder).includes(wanted)) return undefined;
  const allowed = mayImport(folder).join(', ') || 'none of our packages';
  return `but ${folder} may import ${allowed} only: move what both need down into one of these, or the import up`;
}

/** @param {Package} from @param {import('./packages.mjs').Import} one @returns {string | undefined} */
function judge(from, { file, specifier }) {
  const says = `${file} imports ${specifier}, `;
  if (specifier.startsWith('.')) {
    const inside = path.join('packages', from.folder) + path.sep;
    if (path.join(path.dirname(file), specifier).startsWith(inside)) return undefined;
    return `${says}a file of another package: export it from that package's index, and import the package by its name`;
  }
  if (!/^(@multiprocess\/|multiprocess(\/|$))/.test(specifier)) return undefined;
  const wanted = folderOf(specifier);
  if (wanted === undefined) return `${says}a path into another package: import what its index exports`;
  const why = forbids(from, wanted);
  if (why !== undefined) return says + why;
  if (wanted !== 'native' || path.basename(file) === DOOR) return undefined;
  return `${says}but only ${DOOR} of a package reaches the native part: import it in the ${DOOR} of packages/${from.folder}`;
}

/**
 * A sentence for every import and dependency that points the wrong way.
 *
 * @param {string} top of the repository
 * @returns {string[]}
 */
export function layerViolations(top) {
  return readPackages(top).flatMap((from) => {
    const known = [...LAYERS.flat(), ...BESIDE].includes(from.folder);
    if (!known) return [`packages/${from.folder} is in no layer: give it its place in test/tools/check-layers.mjs`];
    const { dependencies, peerDependencies, optionalDependencies } = from.manifest;
    const names = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    const manifest = names.map((name) => {
      const wanted = folderOf(name);
      const binary = from.folder === 'native' && wanted?.startsWith('native-'); // one per platform
      const why = wanted === undefined || binary ? undefined : forbids(from, wanted);
      return why && `packages/${from.folder}/package.json depends on ${name}, ${why}`;
    });
    return [...manifest, ...from.imports.map((one) => judge(from, one))].filter((sentence) => sentence !== undefined);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = layerViolations(root);
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
