// Another user prepares the default directory of a victim in every way that user can. The victim must refuse it, or not be led
// astray; and the other user can neither list, read nor open anything of the victim's.
//   node other-user.mjs            (needs root)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inline, isInstalled, isRoot } from '../harness/children.mjs';
import { scratchDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';

const [ATTACKER, VICTIM] = [65534, 65533];
const target = `/dev/shm/multiprocess-${VICTIM}`;
const REFUSED = 'ERR_MULTIPROCESS_HANDLE';

need(isRoot && isInstalled('setpriv'), 'root and setpriv');
const report = new Report();
const figures = {};
const scratch = scratchDirectory();
const packages = copyPackages();
const own = `${scratch}/victim`;

await expect('nothing is there', () => {}, 'made');
await expect('a directory of the other user', () => as(ATTACKER, 'mkdir', '-m', '755', target));
await expect('a directory that all may write to', () => as(ATTACKER, 'mkdir', '-m', '777', target));
await expect('a link to a private directory of the victim', () => {
  mkdirSync(own, { mode: 0o700 });
  chownSync(own, VICTIM, VICTIM);
  as(VICTIM, 'sh', '-c', `echo keep > ${own}/s-keep; mkfifo ${own}/fifo`);
  as(ATTACKER, 'ln', '-s', own, target);
});
if (readdirSync(own).length !== 2) report.fault('files of the victim were removed');
await expect('a file', () => as(ATTACKER, 'touch', target));
await expect('a FIFO', () => as(ATTACKER, 'mkfifo', target));
await expect('a link to itself', () => as(ATTACKER, 'ln', '-s', target, target));
await expect('a dangling link', () => as(ATTACKER, 'ln', '-s', '/dev/shm/none', target));
await cannotBeSeen();
report.conclude(figures);

async function expect(situation, prepare, wanted = REFUSED) {
  rmSync(target, { recursive: true, force: true });
  prepare();
  const program = `
    import { Lock } from 'multiprocess';
    try {
      const lock = new Lock({ name: 'x' });
      lock.acquireSync();
      lock.release();
      lock.close();
      console.log('made');
    } catch (error) {
      console.log(error.code ?? error);
    }`;
  const { stdout, stderr } = as(VICTIM, packages.node, ...inline(program));
  figures[situation] = stdout.trim();
  if (stdout.trim() !== wanted) report.fault(`${situation}: ${stdout} ${stderr.slice(0, 300)}`);
  rmSync(target, { recursive: true, force: true });
}

async function cannotBeSeen() {
  const program = `
    import { Lock, Queue } from 'multiprocess';
    const queue = new Queue({ name: 'secret' });
    queue.putSync('secret');
    const lock = new Lock();
    lock.acquireSync();
    console.log('waits');
    await lock.acquire();`;
  const victim = spawn('setpriv', [...identity(VICTIM), packages.node, ...inline(program)], {
    cwd: packages.directory,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(victim.stdout, 'data');
  const attempts = {
    'list the directory': ['ls', target],
    'read the registry': ['cat', `${target}/registry`],
    'read the environment': ['cat', `/proc/${victim.pid}/environ`],
    'signal the process': ['kill', '-0', String(victim.pid)],
  };
  for (const [what, command] of Object.entries(attempts)) {
    if (as(ATTACKER, ...command).status === 0) report.fault(`the other user can ${what}`);
  }
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  rmSync(target, { recursive: true, force: true });
}

function identity(user) {
  return [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
}

function environment() {
  const { MULTIPROCESS_DIR: _, ...rest } = process.env;
  return { ...rest, HOME: scratch };
}

function as(user, ...command) {
  return spawnSync('setpriv', [...identity(user), ...command], {
    cwd: packages.directory,
    env: environment(),
    encoding: 'utf8',
    timeout: 60_000,
  });
}

/** Node and the packages where any user can read them: the repository may lie in a home. */
function copyPackages() {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const directory = `${scratch}/program`;
  const node = `${scratch}/node`;
  cpSync(process.execPath, node);
  chmodSync(node, 0o755);
  mkdirSync(`${directory}/node_modules`, { recursive: true });
  const modules = `${directory}/node_modules`;
  cpSync(`${root}node_modules/msgpackr`, `${modules}/msgpackr`, { recursive: true });
  for (const name of readdirSync(`${root}packages`)) {
    const to = `${modules}/${name === 'multiprocess' ? '' : '@multiprocess/'}${name}`;
    for (const part of readdirSync(`${root}packages/${name}`)) {
      if (/^(package\.json|dist)$|\.node$/.test(part))
        cpSync(`${root}packages/${name}/${part}`, `${to}/${part}`, { recursive: true });
    }
  }
  return { directory, node };
}
