// @ts-check
// Builds the native part for a platform for which this machine's Rust has no standard library: from its sources, in Debian.
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';
import { cache, debianRoot, inRoot } from './debian.mjs';
import { need } from './missing.mjs';

const RUST = ['rustc', 'cargo', 'rust-src', 'gcc', 'libc6-dev'];

/**
 * @typedef {object} Target
 * @property {string} rust its name
 * @property {string} napi its name
 * @property {string} linker
 * @property {readonly string[]} packages with the linker
 * @property {string} [flags] for rustc
 * @property {Record<string, string>} [mounts]
 * @property {string} [library] what it is called where it is built
 * @property {Record<string, string>} [environment] of cargo
 */

/**
 * @param {Target} target
 * @param {string} repository where its binary is put
 */
export async function buildAddon(target, repository) {
  const { rust, napi, linker, packages, flags = '', mounts = {} } = target;
  const { library = 'libmultiprocess_native.so', environment: more = {} } = target;
  const debian = await debianRoot([...RUST, ...packages]);
  const work = path.join(cache, 'cargo');
  mkdirSync(work, { recursive: true });
  const place = inRoot(debian, {
    cwd: '/native',
    mounts: {
      '/native': path.join(root, 'packages/native'),
      '/cargo': work,
      '/etc/ssl/certs': '/etc/ssl/certs',
      ...mounts,
    },
  });
  const variable = rust.toUpperCase().replaceAll('-', '_');
  const settings = {
    CARGO_HOME: '/cargo/home',
    CARGO_TARGET_DIR: '/cargo/target',
    RUSTC_BOOTSTRAP: '1', // -Zbuild-std has no stable name
    [`CARGO_TARGET_${variable}_LINKER`]: linker,
    RUSTFLAGS: flags,
    ...more,
  };
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const cargo = ['cargo', '-Zbuild-std=std,panic_abort', 'build', '--release', '--locked', '--target', rust];
  await need(
    `build packages/native for ${rust}`,
    [...place, 'env', ...environment, ...cargo],
    'Its messages are above.',
  );
  const built = path.join(work, 'target', rust, 'release', library);
  copyFileSync(built, path.join(repository, 'packages/native', `multiprocess.${napi}.node`));
}
