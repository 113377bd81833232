// @ts-check
// A Rust that can build for a target whose standard library is not installed. Its own, if its sources are there or the
// target is; else the one of Debian, unpacked into test/.cache, where nothing of the machine is changed.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { output, root, run } from '../../run.mjs';
import { MissingError } from '../missing.mjs';

/** @typedef {{ env: NodeJS.ProcessEnv, options: readonly string[] }} Rust what cargo needs to build with it */

const OLDEST = 88; // of 1.x: see rust-version in packages/native/Cargo.toml

/** The packages of Debian: in its stable release, the Rust that its browsers are built with is the newer one. */
const PACKAGES = [
  { compiler: 'rustc-web', sources: 'rust-web-src' },
  { compiler: 'rustc', sources: 'rust-src' },
];

const NONE =
  `This Rust has no library for these targets and no sources of it, and apt-get could not fetch Rust 1.${OLDEST} or newer with its sources: ` +
  'install the sources (rustup component add rust-src) or the targets (rustup target add), or run this as root on Debian';

/**
 * @param {readonly string[]} targets
 * @param {string} cache a folder in test/.cache
 * @returns {Promise<Rust>}
 * @throws {Error} If there is none; its message says how to get one.
 */
export async function rustFor(targets, cache) {
  const sysroot = (await rustc(['--print', 'sysroot'])).trim();
  const libraries = path.join(sysroot, 'lib/rustlib');
  if (targets.every((target) => existsSync(path.join(libraries, target, 'lib')))) return { env: {}, options: [] };
  if (existsSync(path.join(libraries, 'src/rust/library'))) return buildingStd({});
  return buildingStd(await debianRust(cache));
}

/** @param {NodeJS.ProcessEnv} env @returns {Rust} */
function buildingStd(env) {
  // The option is for nightly compilers; the variable lets this one take it.
  return { env: { ...env, RUSTC_BOOTSTRAP: '1' }, options: ['-Zbuild-std=std,panic_abort'] };
}

/** @param {readonly string[]} args */
async function rustc(args) {
  try {
    return await output('rustc', args, root);
  } catch (cause) {
    throw new MissingError(
      'rustc was not found: install Rust 1.88 or newer (https://rustup.rs, or your distribution)',
      {
        cause,
      },
    );
  }
}

/** @param {string} cache @returns {Promise<NodeJS.ProcessEnv>} */
async function debianRust(cache) {
  const unpacked = path.join(cache, 'rust');
  if (!existsSync(unpacked)) await unpackDebianRust(cache, unpacked);
  const libraries = path.join(unpacked, 'usr/lib');
  const folders = readdirSync(libraries);
  const multiarch = folders.find((name) => name.endsWith('-linux-gnu')) ?? '';
  const llvm = folders.filter((name) => name.startsWith('llvm-')).map((name) => path.join(libraries, name, 'lib'));
  const searched = [path.join(libraries, multiarch), ...llvm, process.env['LD_LIBRARY_PATH'] ?? ''];
  return {
    RUSTC: path.join(unpacked, 'usr/bin/rustc'),
    LD_LIBRARY_PATH: searched.filter((one) => one !== '').join(':'),
  };
}

/** @param {string} cache @param {string} unpacked */
async function unpackDebianRust(cache, unpacked) {
  const archives = path.join(cache, 'debs');
  mkdirSync(path.join(archives, 'partial'), { recursive: true });
  // apt's lists may be missing, or older than what is in Debian by now.
  if (!(await download(archives))) {
    await run('apt-get', ['-qq', 'update']).catch(() => 1);
    if (!(await download(archives))) throw new MissingError(NONE);
  }
  const half = `${unpacked}.half`;
  rmSync(half, { recursive: true, force: true });
  for (const archive of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await output('dpkg-deb', ['-x', path.join(archives, archive), half], root);
  }
  renameSync(half, unpacked);
  rmSync(archives, { recursive: true });
}

/** @param {string} archives @returns {Promise<boolean>} whether the packages are there, with what they need that is not installed */
async function download(archives) {
  const names = await candidate();
  if (names === undefined) return false;
  const { compiler, sources } = names;
  console.log(`Fetching ${compiler} and ${sources} from Debian …`);
  const options = ['--yes', '--download-only', '--no-install-recommends'];
  // Into a folder that the user for downloads cannot write to.
  const places = ['-o', `Dir::Cache::archives=${archives}`, '-o', 'APT::Sandbox::User=root'];
  return (await run('apt-get', ['-qq', 'install', ...options, ...places, compiler, sources])) === 0;
}

async function candidate() {
  for (const names of PACKAGES) {
    const [compiler, sources] = await Promise.all([versionOf(names.compiler), versionOf(names.sources)]);
    const isNew = compiler !== undefined && Number(/^1\.(\d+)/.exec(compiler)?.[1]) >= OLDEST;
    if (isNew && compiler === sources) return names;
  }
  return undefined;
}

/** @param {string} name */
async function versionOf(name) {
  const text = await output('apt-cache', ['policy', name], root).catch(() => '');
  return /Candidate: (\d\S*)/.exec(text)?.[1];
}
