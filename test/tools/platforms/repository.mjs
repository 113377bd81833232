// @ts-check
// A copy of this repository for another platform: its sources, its TypeScript as it was built here, and packages for there.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { output, root } from '../run.mjs';
import { need } from './missing.mjs';

const KEPT = ['node_modules', 'test'];

/**
 * @param {string} folder where it is to be
 * @param {{ os?: 'linux' | 'win32', cpu: 'x64' | 'arm64', libc?: 'glibc' | 'musl' }} target
 */
export async function copyRepository(folder, { os = 'linux', cpu, libc = 'glibc' }) {
  const files = (await output('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root)).split(
    '\0',
  );
  const there = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of there.filter((name) => !KEPT.includes(name))) rmSync(path.join(folder, name), { recursive: true });
  for (const name of existsSync(path.join(folder, 'test')) ? readdirSync(path.join(folder, 'test')) : []) {
    if (name !== '.cache') rmSync(path.join(folder, 'test', name), { recursive: true });
  }
  for (const file of files.filter((file) => file !== '' && existsSync(path.join(root, file)))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    copyFileSync(path.join(root, file), path.join(folder, file));
  }
  for (const name of readdirSync(path.join(root, 'packages'))) {
    for (const part of ['build', 'dist']) {
      const built = path.join('packages', name, part);
      if (existsSync(path.join(root, built)))
        cpSync(path.join(root, built), path.join(folder, built), { recursive: true });
    }
  }
  const install = /** @type {const} */ ([process.execPath, path.join(folder, 'test/tools/install.mjs')]);
  await need(`install the packages for ${os}, ${cpu} and ${libc}`, install, 'Its message is above.', {
    npm_config_os: os,
    npm_config_cpu: cpu,
    npm_config_libc: libc,
  });
}
