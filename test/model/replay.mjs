// @ts-check
// Follows a schedule that a test of this folder has printed, and tells what happens at each step:
//   node test/model/replay.mjs 'owner-mutex/three threads' 'ax3 bx4 cx3 a'
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [name, schedule] = process.argv.slice(2);
if (name === undefined || schedule === undefined) {
  console.error("Usage: node test/model/replay.mjs '<model or mutant>' '<schedule>'");
  process.exit(2);
}
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const args = [vitest, 'run', 'test/model/replay.test.ts', '--reporter=dot'];
const { status } = spawnSync(process.execPath, args, {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, MODEL_NAME: name, MODEL_SCHEDULE: schedule },
  stdio: 'inherit',
});
process.exit(status ?? 1);
