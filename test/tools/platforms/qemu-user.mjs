// @ts-check
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { output, root } from '../run.mjs';
import { arm64Root } from './arm64-root.mjs';
import { debianRoot, inRoot } from './debian.mjs';
import { needRoot } from './missing.mjs';
import { runSuites } from './suites.mjs';

const NAME = 'qemu-user';
const KILLS = 15;
// What is asked of it, in milliseconds.
const MOST = 100;

const SUITES = [
  'test/native/life.test.ts',
  'test/native/park.test.ts',
  'test/conformance/locks.test.ts',
  'test/crash/lock-kill.test.ts',
];

/**
 * Programs for arm64 over this machine's kernel, as in a container of a foreign architecture.
 *
 * @param {readonly string[]} files
 */
export async function testQemuUser(files) {
  needRoot();
  const folder = await arm64Root();
  const debian = await debianRoot(['qemu-user']);
  const emulator = path.join(debian, 'usr/bin/qemu-aarch64');
  const register = fileURLToPath(new URL('register-arm64.sh', import.meta.url));
  const entry = ['--user', '--map-root-user', 'sh', register, emulator];
  const place = inRoot(folder, { cwd: '/repository', entry });
  const node = /** @type {const} */ ([...place, 'node']);
  const expected = { arch: 'arm64', backend: 'posix' };
  const passed = await runSuites(
    { name: NAME, node, repository: path.join(folder, 'repository'), expected },
    { chosen: files.length > 0 ? files : SUITES, excluded: [], patience: 600_000 },
  );
  return (await takesOverInTime(node)) && passed;
}

/**
 * Whether a sleeping thread is woken by the end of a lock's holder. An event loop looks every 100 ms, whatever the platform.
 *
 * @param {readonly [program: string, ...args: string[]]} node
 */
async function takesOverInTime([program, ...before]) {
  const text = await output(program, [...before, 'test/tools/platforms/take-over.mjs', String(KILLS)], root);
  const { sync, async } = JSON.parse(text);
  tell('in its event loop', async);
  const median = tell('blocked', sync);
  if (median > MOST) console.error(`${NAME}: the end of a holder is to be noticed within ${MOST} ms`);
  return median <= MOST;
}

/**
 * @param {string} form
 * @param {readonly number[]} times
 */
function tell(form, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? Infinity;
  console.log(`${NAME}: from the kill of its holder until one that waits (${form}) has a lock: median ${median} ms`);
  console.log(`  of ${sorted.join(' ')}`);
  return median;
}
