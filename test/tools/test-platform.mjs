// @ts-check
// Runs the suites that a platform can break, on that platform: on this machine with something taken away, or in another
// system that is fetched into test/.cache. Each says which suites, and which tests cannot pass there.
//   node test/tools/test-platform.mjs musl              these suites
//   node test/tools/test-platform.mjs musl test/native  those files whose names contain this
import { testArm64 } from './platforms/arm64.mjs';
import { testMacos } from './platforms/macos/macos.mjs';
import { MISSING, MissingError } from './platforms/missing.mjs';
import { testMusl } from './platforms/musl.mjs';
import { testPosix } from './platforms/posix.mjs';
import { testQemuUser } from './platforms/qemu-user.mjs';
import { testWithoutWaitv } from './platforms/waitv-off.mjs';
import { testWindows } from './platforms/windows/windows.mjs';

/**
 * Each gets the files that were asked for, and answers whether all passed.
 *
 * @type {Record<string, (files: readonly string[]) => Promise<boolean>>}
 */
const platforms = {
  posix: testPosix,
  'waitv-off': testWithoutWaitv,
  musl: testMusl,
  arm64: testArm64,
  'qemu-user': testQemuUser,
  macos: testMacos, // built and linked only
  windows: testWindows, // under Wine, programs of its own
};

// What is left to chance is done less often: the run of `npm test` does more of it. In the emulated machine a process takes some
// ten times as long to start.
const EFFORT = '0.05';
const EMULATED_EFFORT = '0.02';

const [name = '', ...files] = process.argv.slice(2);
const test = platforms[name];
process.env['MULTIPROCESS_TEST_EFFORT'] ??= name === 'arm64' ? EMULATED_EFFORT : EFFORT;
if (test === undefined) {
  console.error(`No platform "${name}"; there are ${Object.keys(platforms).join(', ')}`);
  process.exit(2);
}
try {
  if (!(await test(files))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof MissingError)) throw error;
  console.error(error.message);
  process.exitCode = MISSING;
}
