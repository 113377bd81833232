// @ts-check
// Root folders with a system of Debian: for another C library, another processor, and compilers that this machine has not.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, root } from '../run.mjs';
import { need } from './missing.mjs';

export const cache = path.join(root, 'test/.cache/platforms');

/** By its name, since what it has is tested with; the one before it has a musl that crashes. */
const RELEASE = 'forky';
const NEEDS_APT = 'It takes a system with apt (Debian, Ubuntu, …), whose sources it uses, and wget.';
const script = fileURLToPath(new URL('in-root.sh', import.meta.url));

/**
 * The root folder for what this machine runs itself, with these packages at least.
 *
 * @param {readonly string[]} packages
 * @param {string} [release]
 */
export async function debianRoot(packages, release = RELEASE) {
  const folder = path.join(cache, `debian-${release}`);
  await debootstrap(folder, release, []);
  const installed = await output(
    'dpkg-query',
    ['--root', folder, '-W', '-f', '${Package} ${db:Status-Abbrev}\n'],
    root,
  );
  const missing = packages.filter((name) => !installed.includes(`\n${name} ii`));
  await takeSettings(folder);
  if (missing.length === 0) return folder;
  const what = `install ${missing.join(', ')} into ${folder}`;
  const apt = /** @type {const} */ (['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq']);
  await need(what, [...inRoot(folder), ...apt, 'update'], NEEDS_APT);
  const options = ['--yes', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
  await need(what, [...inRoot(folder), ...apt, ...options, 'install', ...missing], NEEDS_APT);
  return folder;
}

/**
 * Makes a root folder, unless it is there.
 *
 * @param {string} folder
 * @param {string} release
 * @param {readonly string[]} options
 * @param {(unfinished: string) => Promise<void>} [finish]
 */
export async function debootstrap(folder, release, options, finish) {
  if (existsSync(folder)) return;
  const tool = await debootstrapTool(release);
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  console.log(`Making ${path.relative(root, folder)} …`);
  const keyring = `--keyring=${path.join(tool, 'usr/share/keyrings/debian-archive-keyring.gpg')}`;
  const command = ['--variant=minbase', keyring, ...options, release, unfinished];
  await need(
    `make a root folder of Debian ${release}`,
    [path.join(tool, 'usr/sbin/debootstrap'), ...command],
    NEEDS_APT,
    {
      DEBOOTSTRAP_DIR: path.join(tool, 'usr/share/debootstrap'),
    },
  );
  await finish?.(unfinished);
  renameSync(unfinished, folder);
}

/**
 * Not installed: unpacked, so that this machine stays as it is.
 *
 * @param {string} release
 */
async function debootstrapTool(release) {
  const folder = path.join(cache, 'debootstrap');
  if (!existsSync(path.join(folder, 'usr/sbin/debootstrap'))) {
    mkdirSync(folder, { recursive: true });
    const packages = ['debootstrap', 'debian-archive-keyring'];
    const download = /** @type {const} */ ([
      'env',
      '-C',
      folder,
      'apt-get',
      '-qq',
      '-o',
      'APT::Sandbox::User=root',
      'download',
    ]);
    await need('fetch debootstrap', [...download, ...packages], `${NEEDS_APT} Run "apt-get update" first.`);
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      await need('unpack debootstrap', ['dpkg-deb', '-x', path.join(folder, name), folder], NEEDS_APT);
    }
  }
  const recipe = path.join(folder, 'usr/share/debootstrap/scripts', release);
  if (!existsSync(recipe)) symlinkSync('sid', recipe); // newer than this debootstrap
  return folder;
}

/**
 * How this machine reaches its packages holds in the root folder, too.
 *
 * @param {string} folder
 */
async function takeSettings(folder) {
  const settings = await output('apt-config', ['dump'], root);
  const ofDownloads = settings.split('\n').filter((line) => /^Acquire::(?!Languages)/.test(line));
  writeFileSync(path.join(folder, 'etc/apt/apt.conf.d/99machine'), `${ofDownloads.join('\n')}\n`);
  writeFileSync(path.join(folder, 'etc/resolv.conf'), readFileSync('/etc/resolv.conf'));
}

/**
 * What a command begins with that runs in the root folder. It sees this machine's processes, and shared memory of its own.
 *
 * @param {string} folder
 * @param {object} [options]
 * @param {string} [options.cwd] as it is called there
 * @param {Record<string, string>} [options.mounts] other paths there, and what is to be seen at each
 * @param {readonly string[]} [options.entry] options of `unshare`, then a program that starts the rest
 * @returns {[program: string, ...args: string[]]}
 */
export function inRoot(folder, { cwd = '/', mounts = {}, entry = [] } = {}) {
  const pairs = Object.entries(mounts).flatMap(([there, here]) => [here, there]);
  return ['unshare', '--mount', ...entry, 'sh', script, folder, cwd, ...pairs, '--'];
}
