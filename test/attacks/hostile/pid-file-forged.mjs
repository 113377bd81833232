// A daemon that has given up its rights writes another process's number into its own pid file, where it has that still open for
// writing. The stop() of root must not end that other process.
//   node pid-file-forged.mjs       (needs root)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Daemon } from 'multiprocess';
import { forge } from './daemon-targets.mjs';
import { isRoot } from '../harness/children.mjs';
import { scratchDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';
import { outcomeOf, sleep } from '../harness/waiting.mjs';

const NOBODY = 65534;

need(isRoot, 'root');
const report = new Report();
const directory = scratchDirectory();
const victim = spawn('sleep', ['100']);
const victimEnded = once(victim, 'exit');
const daemon = new Daemon({
  target: forge,
  args: [victim.pid],
  pidFile: `${directory}/daemon.pid`,
  user: NOBODY,
  cwd: '/',
  stopTimeout: 1000,
});
const pid = await daemon.start();
await sleep(500);
const stopped = await outcomeOf(daemon.stop(), 8000);
if (victim.exitCode !== null || victim.signalCode !== null) report.fault('stop() has ended another process');
if (isRunning(pid)) {
  report.fault(`stop() (${stopped}) has left the daemon running`);
  process.kill(pid, 'SIGKILL');
}
victim.kill();
await victimEnded;
report.conclude({ stopped });

/** A zombie that its parent has not reaped yet has ended. */
function isRunning(number) {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${number}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
