// Ctrl-C at a random moment to the foreground group of a terminal in which a program runs a pool, a manager, processes, a wait
// that blocks, … The program must end (by SIGINT unless it handles it), with all of its family, and the next program
// leaves nothing in the segment directory.
//   node ctrl-c.mjs [seconds=60]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainProcess, Lock, Manager, onShutdown, Pool, Process, Queue, run, task } from 'multiprocess';
import { isInstalled } from '../harness/children.mjs';
import { emptyDirectory, privateDirectory } from '../harness/directory.mjs';
import { Family } from '../harness/family.mjs';
import { checkLeftovers } from '../harness/leftovers.mjs';
import { need, Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

const LIMIT_MS = 30_000;

const forever = () => new Promise(() => setInterval(() => {}, 1000));

export const sleeper = task(import.meta, async function sleeper() {
  await forever();
});
export const echo = task(import.meta, async function echo(x) {
  await sleep(20);
  return x;
});

const PROGRAMS = {
  async pool() {
    const pool = new Pool({ processes: 2 });
    for (;;) await pool.map(echo, [1, 2, 3, 4]);
  },
  async manager() {
    const dict = (await Manager.start()).dict();
    for (;;) await dict.set('a', 1);
  },
  async processes() {
    for (const target of [sleeper, sleeper, sleeper]) new Process({ target }).start();
    await forever();
  },
  async blocked() {
    new Lock().acquireSync();
    new Queue().getSync();
  },
  async run() {
    for (;;) await run(['sleep', '100']);
  },
  async shutdown() {
    const pool = new Pool({ processes: 2 });
    onShutdown(async () => {
      await pool.terminate();
      await pool.join();
    });
    for (;;) await pool.map(echo, [1, 2, 3]).catch(forever);
  },
  async mapSync() {
    const pool = new Pool({ processes: 2 });
    for (;;) pool.mapSync(echo, [1, 2, 3]);
  },
  async joinSync() {
    const child = new Process({ target: sleeper });
    child.start();
    child.joinSync();
  },
};

if (isMainProcess) {
  const [, , role, kind] = process.argv;
  if (role === 'program') {
    console.log('runs');
    void PROGRAMS[kind]();
  } else void main(Number(role ?? 60));
}

async function main(seconds) {
  need(isInstalled('script'), 'the command script of util-linux');
  const report = new Report();
  const end = Date.now() + seconds * 1000;
  const directory = privateDirectory();
  const kinds = Object.keys(PROGRAMS);
  const counts = {};
  for (let round = 0; Date.now() < end; round++) {
    const kind = kinds[round % kinds.length];
    emptyDirectory(directory);
    await interruptOne(kind, directory, report);
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (round % 4 === 0) await checkLeftovers(directory, report, kind);
  }
  report.conclude(counts);
}

async function interruptOne(kind, directory, report) {
  const family = new Family();
  const command = `${process.execPath} ${fileURLToPath(import.meta.url)} program ${kind}`;
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...process.env, ...family.env, MULTIPROCESS_DIR: directory },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(terminal, 'exit');
  let output = '';
  terminal.stdout.on('data', (text) => (output += text));
  while (!output.includes('runs') && terminal.exitCode === null) await sleep(10);
  await sleep(Math.random() * (Math.random() < 0.5 ? 900 : 200));
  family.look();
  terminal.stdin.write('\x03');
  if ((await Promise.race([ended, sleep(LIMIT_MS)])) === undefined) report.fault(`${kind}: did not end`);
  for (const living of await family.outliving()) report.fault(`${kind}: lives on: ${living}`);
  await ended;
}
