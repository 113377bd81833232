// The layers and folders of ARCHITECTURE.md as data, and what may import what inside packages/*/src, types included.
// `node test/tools/check.mjs layers` runs it; the comment of a rule says what to move.

// From the top down: a package may import those of the rows below its own.
const LAYERS = [
  ['multiprocess'],
  ['manager', 'bullmq'],
  ['pool'],
  ['process'],
  ['queue', 'values', 'map', 'redis'],
  ['sync', 'pipe', 'buffers'],
  ['serialization'],
  ['shared-memory'],
  ['native'],
];
// Beside them, based on the ground floor only. Only the umbrella imports these.
const BESIDE = ['subprocess', 'signal', 'daemon'];
const GROUND = ['serialization', 'shared-memory'];

// Inside a package, the other way round: a folder may import those before its own.
export const FOLDERS = {
  'shared-memory': [
    ...['base', 'platform', 'runtime', 'files', 'arguments', 'handles', 'store', 'wait'],
    ...['thread', 'cells', 'segment', 'slab', 'ring', 'objects', 'inspect'],
  ],
  sync: ['words', 'async-context', 'object', 'event', 'semaphore', 'barrier', 'lock', 'condition', 'rwlock'],
  buffers: ['words', 'memory'],
  pipe: ['words', 'leases', 'sides', 'connection'],
  serialization: ['functions', 'values', 'wire', 'classes', 'kinds', 'encode', 'decode', 'json', 'records'],
  map: ['words', 'codec', 'memory', 'table', 'hints', 'cache', 'access', 'fetch'],
  process: ['platform', 'wait', 'launch', 'thread', 'parent', 'child'],
  pool: ['wire', 'worker', 'parent', 'calls'],
  manager: ['methods', 'wire', 'managed', 'net', 'client', 'server', 'proxies'],
  redis: ['scripts', 'link', 'session', 'store', 'inspect', 'objects'],
  bullmq: ['names', 'wire', 'worker', 'link', 'agent', 'caller', 'calls'],
  subprocess: ['options', 'platform', 'end', 'stdio', 'launch', 'popen', 'run'],
  multiprocess: ['inspect', 'dashboard', 'cli'],
};

// Programs that import the index of their own package, which imports none of them.
const PROGRAMS = ['cli'];

const PACKAGES = [...LAYERS.flat(), ...BESIDE];

// The loader of the packages becomes a part of the programs of processes that these start, which begin before any package is loaded.
const BEGINNERS = ['process', 'daemon'];
const LOADER = '^(packages|(node_modules/)?@multiprocess)/native/(dist/loading/)?loader(\\.d\\.ts)?$';

/** @param {string} folder */
function importable(folder) {
  const row = LAYERS.findIndex((names) => names.includes(folder));
  const below = BESIDE.includes(folder) ? GROUND : LAYERS.slice(row + 1).flat();
  const names = row === 0 ? [...below, ...BESIDE] : below;
  return names.filter((name) => name !== 'native' || folder === 'shared-memory');
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
    to: {
      path: imported(PACKAGES.filter((name) => name !== folder && !allowed.includes(name))),
      ...(BEGINNERS.includes(folder) && { pathNot: LOADER }),
    },
  };
}

/**
 * A rule for each folder of a package, and one for folders that have no place.
 *
 * @param {string} name @param {readonly string[]} folders @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function folderRules(name, folders) {
  const source = `^packages/${name}/src/`;
  const rules = folders.map((folder, row) => ({
    name: `folder-${folder}-of-${name}`,
    comment:
      `${folder} of ${name} may import ${folders.slice(0, row).join(', ') || 'no other folder'} only: ` +
      'move what both need up the table into one of these, or the import down',
    severity: 'error',
    from: { path: `${source}${folder}/` },
    // The warm-up of a process imports the whole package at run time.
    to: {
      path: `${source}(${PROGRAMS.includes(folder) ? '' : '[^/]+$|'}(${folders.slice(row + 1).join('|') || '-'})/)`,
      dynamic: false,
    },
  }));
  const placeless = {
    name: `folder-in-no-row-of-${name}`,
    comment: 'This folder has no row: give it its place in .dependency-cruiser.mjs and ARCHITECTURE.md',
    severity: 'error',
    from: { path: `${source}(?!(${folders.join('|')})/)[^/]+/` },
    to: {},
  };
  return [...rules, placeless];
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...PACKAGES.map(layerRule),
    ...Object.entries(FOLDERS).flatMap(([name, folders]) => folderRules(name, folders)),
    {
      name: 'in-no-layer',
      comment: 'This package is in no layer: give it its place in .dependency-cruiser.mjs and ARCHITECTURE.md',
      severity: 'error',
      from: { path: `^packages/(?!(${PACKAGES.join('|')})/)` },
      to: {},
    },
    {
      name: 'native-in-platform-only',
      comment:
        'One file loads the native part, and says what is missing without it: import `native` of shared-memory into platform.ts',
      severity: 'error',
      from: { path: '^packages/shared-memory/src/', pathNot: '/platform/platform\\.ts$' },
      to: { path: imported(['native']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'system-through-the-door',
      comment:
        'Only platform/index.ts chooses the folder of an operating system: give it the function, and import that',
      severity: 'error',
      from: { path: '^packages/shared-memory/src/', pathNot: '/platform/(index\\.ts$|linux/|macos/)' },
      to: { path: '^packages/shared-memory/src/platform/(linux|macos)/' },
    },
    {
      name: 'page-in-a-browser',
      comment: 'The page of the dashboard runs in a browser, and knows only what a snapshot tells it: put it into that',
      severity: 'error',
      from: { path: '^packages/multiprocess/src/dashboard/page/' },
      to: { pathNot: '^(packages/multiprocess/src/dashboard/(page|snapshot)/|node_modules/uplot/|uplot$)' },
    },
    {
      name: 'index-only',
      comment:
        'A path into another package: export it from the index of that package, and import the package by its name',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: {
        path: '^(packages/(?!$1/)[^/]+/(?!dist/index\\.)|((node_modules/)?(@multiprocess/[^/]+|multiprocess))/)',
        pathNot: LOADER,
      },
    },
    {
      name: 'own-files-by-path',
      comment: 'A package imports its own files by relative paths',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: {
        // Without the scope only the umbrella is ours: BullMQ is called like our package over it.
        path: '^(packages/$1/(?!src/)|(node_modules/)?(@multiprocess/$1|$1(?<=(^|/)multiprocess))(/|$))',
        // The binary, and whether this is still the package: by paths from dist/.
        pathNot: '^packages/native/(package\.json|multiprocess\..*\.node)$',
        dependencyTypesNot: ['core'], // node:process, in the package of that name
      },
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
