// @ts-check
// A root folder with Debian for arm64, a Node and this repository: unpacked, never configured, since that would need an
// arm64 machine, or half an hour of emulation.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';
import { fetchNode } from '../fetch-node.mjs';
import { buildAddon } from './addon.mjs';
import { cache, debootstrap } from './debian.mjs';
import { need } from './missing.mjs';
import { copyRepository } from './repository.mjs';

const RELEASE = 'trixie';
const NODE = '22.23.3';
const PACKAGES = ['linux-image-cloud-arm64', 'iproute2', 'libatomic1', 'libstdc++6', 'procps'];

// What nothing reads there; an emulated machine has all of the folder in its memory.
const UNUSED = [
  'boot',
  'usr/lib/modules',
  'usr/share/doc',
  'usr/share/locale',
  'usr/share/man',
  'var/cache/apt',
  'var/lib/apt',
];

/** The kernel of the emulated machine. */
export const kernel = path.join(cache, `arm64-${RELEASE}-kernel`);

/** @returns {Promise<string>} the folder, which has the repository in `/repository` */
export async function arm64Root() {
  const folder = path.join(cache, `arm64-${RELEASE}`);
  await debootstrap(folder, RELEASE, ['--arch=arm64', '--foreign', `--include=${PACKAGES.join(',')}`], finish);
  mkdirSync(path.join(folder, 'usr/local/bin'), { recursive: true });
  copyFileSync(await fetchNode(NODE, 'arm64'), path.join(folder, 'usr/local/bin/node'));
  const repository = path.join(folder, 'repository');
  await copyRepository(repository, { cpu: 'arm64', libc: 'glibc' });
  await buildAddon(
    {
      rust: 'aarch64-unknown-linux-gnu',
      napi: 'linux-arm64-gnu',
      linker: 'aarch64-linux-gnu-gcc',
      packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
    },
    repository,
  );
  return folder;
}

/** @param {string} folder as debootstrap's first stage leaves it */
async function finish(folder) {
  const archives = path.join(folder, 'var/cache/apt/archives');
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await need(`unpack ${name}`, ['dpkg-deb', '-x', path.join(archives, name), folder], 'Is the disk full?');
  }
  const image = readdirSync(path.join(folder, 'boot')).find((name) => name.startsWith('vmlinuz-')) ?? '';
  renameSync(path.join(folder, 'boot', image), kernel);
  chmodSync(kernel, 0o644);
  for (const name of UNUSED) rmSync(path.join(folder, name), { recursive: true, force: true });
  // What the scripts of the packages would have made.
  for (const name of ['passwd', 'group']) {
    copyFileSync(path.join(folder, `usr/share/base-passwd/${name}.master`), path.join(folder, 'etc', name));
  }
  symlinkSync('mawk', path.join(folder, 'usr/bin/awk'));
  writeFileSync(path.join(folder, 'etc/hosts'), '127.0.0.1 localhost\n');
  console.log(`Made ${path.relative(root, folder)}`);
}
