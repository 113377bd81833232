// Another user who may only read the pid file holds flock(2) on it. start() and stop() must neither wait for that user nor be
// refused.
//   node pid-file-locked.mjs       (needs root)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Daemon } from 'multiprocess';
import { serve } from './daemon-targets.mjs';
import { isInstalled, isRoot } from '../harness/children.mjs';
import { scratchDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';
import { outcomeOf, sleep } from '../harness/waiting.mjs';

const LIMIT_MS = 9000;

need(isRoot && isInstalled('setpriv') && isInstalled('flock'), 'root, setpriv and flock');
const report = new Report();
const pidFile = `${scratchDirectory()}/daemon.pid`;
const daemon = new Daemon({ target: serve, pidFile });
const figures = {};
for (const lock of ['--exclusive', '--shared']) {
  const first = await daemon.start();
  process.kill(first, 'SIGKILL'); // so that the pid file is stale
  await sleep(300);
  const attacker = spawn(
    'setpriv',
    ['--reuid=65534', '--regid=65534', '--clear-groups', 'flock', '--no-fork', lock, pidFile, 'sleep', '60'],
    { stdio: 'ignore' },
  );
  const released = once(attacker, 'exit');
  await sleep(500);
  const started = await outcomeOf(daemon.start(), LIMIT_MS);
  const stopped = await outcomeOf(daemon.stop(), LIMIT_MS);
  figures[lock] = { started, stopped };
  if (!Number.isInteger(started)) report.fault(`${lock}: start() gave ${started}`);
  if (stopped !== true) report.fault(`${lock}: stop() gave ${stopped}`);
  attacker.kill();
  await released;
}
report.conclude(figures);
