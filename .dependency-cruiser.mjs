// The layers of ARCHITECTURE.md as data, and what may import what inside packages/*/src, types included.
// `node test/tools/check.mjs layers` runs it; the comment of a rule says what to move.

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
// Beside them, based on the ground floor only. Only the umbrella imports these.
const BESIDE = ['subprocess', 'signal', 'daemon'];
const GROUND = ['serialization', 'shared-memory', 'native'];
// Each package that needs the kernel reaches the native part through one file.
const KERNEL = ['shared-memory', 'process', ...BESIDE];

const PACKAGES = [...LAYERS.flat(), ...BESIDE];

/** @param {string} folder */
function importable(folder) {
  const row = LAYERS.findIndex((names) => names.includes(folder));
  const below = BESIDE.includes(folder) ? GROUND : LAYERS.slice(row + 1).flat();
  const names = row === 0 ? [...below, ...BESIDE] : below;
  return names.filter((name) => name !== 'native' || KERNEL.includes(folder));
}

/**
 * Matches an import of one of these packages, by name or by path. A name stays a name where nothing is installed.
 *
 * @param {readonly string[]} folders
 */
function imported(folders) {
  const names = folders.map((name) => (name === 'multiprocess' ? name : `@multiprocess/${name}`));
  return `^(packages/(${folders.join('|')})|(node_modules/)?(${names.join('|')}))(/|$)`;
}

/** @param {string} folder @returns {import('dependency-cruiser').IForbiddenRuleType} */
function layerRule(folder) {
  const allowed = importable(folder);
  return {
    name: `layer-of-${folder}`,
    comment:
      `${folder} may import ${allowed.join(', ') || 'none of our packages'} only: ` +
      'move what both need down into one of these, or the import up',
    severity: 'error',
    from: { path: `^packages/${folder}/src/` },
    to: { path: imported(PACKAGES.filter((name) => name !== folder && !allowed.includes(name))) },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...PACKAGES.map(layerRule),
    {
      name: 'in-no-layer',
      comment: 'This package is in no layer: give it its place in .dependency-cruiser.mjs and ARCHITECTURE.md',
      severity: 'error',
      from: { path: `^packages/(?!(${PACKAGES.join('|')})/)` },
      to: {},
    },
    {
      name: 'native-in-platform-only',
      comment: 'Only platform.ts of a package reaches the native part: give it the function you need, and import that',
      severity: 'error',
      from: { path: '^packages/(?!native/)[^/]+/src/', pathNot: '/platform\\.ts$' },
      to: { path: imported(['native']) },
    },
    {
      name: 'system-by-its-door',
      comment: 'Only platform/system.ts reaches the folder of a system: export what you need there, for all systems',
      severity: 'error',
      from: {
        path: '^packages/shared-memory/src/',
        pathNot: '^packages/shared-memory/src/platform/(system\\.ts$|linux/)',
      },
      to: { path: '^packages/shared-memory/src/platform/[^/]+/' },
    },
    {
      name: 'index-only',
      comment:
        'A path into another package: export it from the index of that package, and import the package by its name',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^(packages/(?!$1/)[^/]+/(?!dist/index\\.)|((node_modules/)?(@multiprocess/[^/]+|multiprocess))/)' },
    },
    {
      name: 'own-files-by-path',
      comment: 'A package imports its own files by relative paths',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^(packages/$1/(?!src/)|(node_modules/)?(@multiprocess/)?$1(/|$))' },
    },
    {
      name: 'no-circle-of-files',
      comment: 'Move the type or function that both need down into a file of its own, or ask for a small interface',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'One of the two folders is the lower one: move down into it what it imports from the other',
      severity: 'error',
      scope: 'folder',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/dist/'] },
    // Imports of types count, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import'] },
  },
};
