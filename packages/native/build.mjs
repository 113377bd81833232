// Builds the native binary of a clone: node build.mjs [--target <Rust target>]. Does nothing if it is newer than all it is made of.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(fileURLToPath(import.meta.url));

// The targets that have a package: Rust's name, and napi's, such as linux-x64-gnu.
const { napi } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const PLATFORMS = Object.fromEntries(napi.targets.map((target) => [target, platformOf(target)]));

const { values } = parseArgs({ options: { target: { type: 'string', default: hostTarget() } } });
const platform = PLATFORMS[values.target];
if (platform === undefined) {
  console.log(`No native binary for ${values.target}: nothing to build. What needs it will say so when it is called.`);
  process.exit(0);
}

const binary = join(root, `multiprocess.${platform}.node`);
if (existsSync(binary) && statSync(binary).mtimeMs >= newest(sources())) process.exit(0);

// musl is linked dynamically: an addon shares the C library of the Node that loads it.
const flags = values.target.endsWith('-musl') ? { RUSTFLAGS: '-C target-feature=-crt-static' } : {};
const { error, status } = spawnSync('cargo', ['build', '--release', '--locked', '--target', values.target], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...flags },
});
if (error?.code === 'ENOENT') {
  console.error(
    'Cannot build @multiprocess/native: cargo was not found.\n' +
      'Install Rust 1.88 or newer (https://rustup.rs, or your distribution) and a C linker (gcc or clang), then build again.',
  );
}
if (status !== 0) process.exit(1);

// Renamed into place: writing over a binary that a running process has mapped would crash it.
const library = libraryOf(platform);
const built = join(root, 'target', values.target, 'release', library);
copyFileSync(built, `${binary}.new`);
renameSync(`${binary}.new`, binary);

function hostTarget() {
  const arch = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch;
  if (process.platform === 'darwin') return `${arch}-apple-darwin`;
  if (process.platform === 'win32') return `${arch}-pc-windows-msvc`;
  if (process.platform !== 'linux') return `${arch}-${process.platform}`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${arch}-unknown-linux-${glibc === undefined ? 'musl' : 'gnu'}`;
}

function libraryOf(platform) {
  if (platform.startsWith('win32')) return 'multiprocess_native.dll';
  return `libmultiprocess_native.${platform.startsWith('darwin') ? 'dylib' : 'so'}`;
}

function sources() {
  const rust = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.rs'));
  return [...rust.map((name) => join('src', name)), 'Cargo.toml', 'Cargo.lock', 'build.rs', 'build.mjs'];
}

function newest(names) {
  return Math.max(...names.map((name) => statSync(join(root, name)).mtimeMs));
}

function platformOf(target) {
  const [arch, , system, abi] = target.split('-');
  const processor = { x86_64: 'x64', aarch64: 'arm64' }[arch];
  if (system === 'windows') return `win32-${processor}-msvc`; // as napi calls it, whatever the compiler
  return [system, processor, abi].filter((part) => part !== undefined).join('-');
}
