// @ts-check
import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './run.mjs';

/** Runtimes other than Node, of the versions that the guide names, and the packages that have their binaries. */
export const RUNTIMES = /** @type {const} */ ({
  bun: {
    name: 'Bun',
    version: '1.4.5',
    packages: { x64: '@oven/bun-linux-x64', arm64: '@oven/bun-linux-aarch64' },
    file: 'bin/bun',
  },
  deno: {
    name: 'Deno',
    version: '2.9.6',
    packages: { x64: '@deno/linux-x64-glibc', arm64: '@deno/linux-arm64-glibc' },
    file: 'deno',
  },
});

/**
 * The binary of a runtime, fetched from npm once and then kept.
 *
 * @param {keyof typeof RUNTIMES} runtime
 * @returns {Promise<string>} its path
 */
export async function fetchRuntime(runtime) {
  const { version, packages, file } = RUNTIMES[runtime];
  if (process.arch !== 'x64' && process.arch !== 'arm64')
    throw new Error(`No ${runtime} for ${process.arch} is known here`);
  const name = packages[process.arch];
  const prefix = path.join(root, 'test/.cache/runtimes', `${runtime}-${version}`);
  const binary = path.join(prefix, 'node_modules', name, file);
  if (existsSync(binary)) return binary;
  console.log(`Fetching ${name}@${version} …`);
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await npm(['install', '--prefix', prefix, ...options, `${name}@${version}`]);
  if (status !== 0) throw new Error(`npm could not install ${name}@${version}; its message is above`);
  chmodSync(binary, 0o755); // the script of the package would do it
  return binary;
}
