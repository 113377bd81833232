// Which descriptors, variables and arguments children see: neither descriptors that a shell left open, nor a key, in /proc or in
// shared memory.
//   node descriptors-of-children.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentProcess, isMainProcess, Manager, Pool, run, task } from 'multiprocess';
import { scratchDirectory, usePrivateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';

const KEY = 'SECRETKEY-SECRETKEY';

export const look = task(import.meta, function look() {
  return {
    descriptors: readdirSync('/proc/self/fd').map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return 'closed meanwhile';
      }
    }),
    environment: readFileSync('/proc/self/environ', 'latin1'),
    command: readFileSync('/proc/self/cmdline', 'latin1'),
  };
});

if (isMainProcess) void (process.argv[2] === 'program' ? program(process.argv[3]) : main());

async function main() {
  const secret = `${scratchDirectory()}/secret`;
  writeFileSync(secret, 'secret', { mode: 0o600 });
  const open = Array.from({ length: 7 }, () => openSync(secret));
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'program', secret], {
    stdio: ['ignore', 'inherit', 'inherit', ...open],
  });
  const [code] = await once(child, 'exit');
  process.exit(code ?? 1);
}

async function program(secret) {
  const report = new Report();
  const directory = usePrivateDirectory();
  const mine = openSync('/etc/hostname');
  const foreign = (text) => text.includes(secret) || text.includes('/etc/hostname');

  const { stdout } = await run(['sh', '-c', 'ls -l /proc/$$/fd'], { captureOutput: true, encoding: 'utf8' });
  if (foreign(stdout)) report.fault('a program that run() starts has descriptors of this one');

  const pool = new Pool({ processes: 1 });
  const child = await pool.apply(look);
  for (const descriptor of child.descriptors)
    if (foreign(descriptor)) report.fault(`a pool's worker has ${descriptor}`);
  const key = Buffer.from(currentProcess().authkey);
  for (const encoding of ['hex', 'base64', 'latin1']) {
    const text = key.toString(encoding);
    if (child.environment.includes(text))
      report.fault(`the key of processes stands in the environment, as ${encoding}`);
    if (child.command.includes(text)) report.fault(`the key of processes stands in the command line, as ${encoding}`);
  }

  const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: Buffer.from(KEY) });
  for (const file of ['cmdline', 'environ']) {
    if (readFileSync(`/proc/${manager.process.pid}/${file}`, 'latin1').includes(KEY))
      report.fault(`the manager's key stands in ${file}`);
  }
  const modes = new Set();
  for (const file of readdirSync(directory)) {
    const { mode } = statSync(`${directory}/${file}`);
    modes.add((mode & 0o777).toString(8));
    if (/^(bell|lot)-/.test(file)) continue;
    if (beginningOf(`${directory}/${file}`).includes(KEY)) report.fault('shared memory has the manager’s key');
  }
  if ([...modes].some((mode) => mode !== '600')) report.fault(`modes of files: ${[...modes]}`);
  await manager.shutdown();
  await pool.terminate();
  report.conclude({ mine, modes: [...modes], descriptors: child.descriptors.length });
}

/** As far as an argument or an option could stand in a file that is mostly holes. */
function beginningOf(path) {
  const bytes = Buffer.alloc(1 << 20);
  const descriptor = openSync(path, 'r');
  const length = readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes.latin1Slice(0, length);
}
