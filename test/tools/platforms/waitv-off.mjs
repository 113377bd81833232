// @ts-check
import { constants } from 'node:os';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../run.mjs';
import { need } from './missing.mjs';
import { runSuites, SAME_EVERYWHERE } from './suites.mjs';

const source = fileURLToPath(new URL('refuse-waitv.rs', import.meta.url));
const launcher = path.join(root, 'test/.cache/platforms/refuse-waitv');

// What waits for a word and for the end of its owner.
const SUITES = ['test/native', 'test/conformance', 'test/crash', 'test/sync', 'test/queue', 'test/pipe'];

/**
 * On this machine, where the kernel refuses `futex_waitv`: as before 5.16, and as container engines do whose filter is older.
 *
 * @param {readonly string[]} files
 */
export async function testWithoutWaitv(files) {
  mkdirSync(path.dirname(launcher), { recursive: true });
  const compile = /** @type {const} */ (['rustc', '--edition=2024', '-O', '-o', launcher, source]);
  await need('compile the program that refuses futex_waitv', compile, 'Install Rust (https://rustup.rs).');
  let passed = true;
  for (const error of /** @type {const} */ (['ENOSYS', 'EPERM'])) {
    const place = {
      name: `waitv-off-${error}`,
      node: /** @type {const} */ ([launcher, String(constants.errno[error]), process.execPath]),
      expected: { backend: 'futex', futexWaitv: false },
    };
    const suites = { chosen: files.length > 0 ? files : SUITES, excluded: [SAME_EVERYWHERE] };
    passed = (await runSuites(place, suites)) && passed;
  }
  return passed;
}
