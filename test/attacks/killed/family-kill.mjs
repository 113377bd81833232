// A parent is killed, or stopped first and then killed, at a random moment while it starts processes, pools, managers, spares,
// grandchildren. None of its family may live on, and the next program leaves nothing in the segment directory.
//   node family-kill.mjs [seconds=150]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainProcess, Manager, Pool, Process, task } from 'multiprocess';
import { emptyDirectory, privateDirectory } from '../harness/directory.mjs';
import { Family } from '../harness/family.mjs';
import { checkLeftovers } from '../harness/leftovers.mjs';
import { Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

const LANES = 3;

const forever = () => new Promise(() => setInterval(() => {}, 1000));

export const sleeper = task(import.meta, async function sleeper() {
  await forever();
});
export const blocker = task(import.meta, function blocker() {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
});
export const nest = task(import.meta, async function nest(depth) {
  if (depth === 0) return await forever();
  const child = new Process({ target: nest, args: [depth - 1] });
  child.start();
  await child.join();
});
export const slow = task(import.meta, async function slow() {
  await sleep(30);
});

const PARENTS = {
  async processes() {
    for (;;) {
      for (const target of [sleeper, blocker, sleeper]) new Process({ target }).start();
      await sleep(1000);
    }
  },
  async pool() {
    const pool = new Pool({ processes: 2 });
    for (;;) await pool.map(slow, [1, 2, 3, 4]);
  },
  async manager() {
    const manager = await Manager.start({ address: 'tcp://127.0.0.1:0' });
    for (;;) {
      await manager.lock().acquire();
      await manager.dict({ a: 1 }).get('a');
    }
  },
  async spares() {
    await Process.prewarm(2);
    for (;;) {
      const child = new Process({ target: slow });
      child.start();
      await child.join();
    }
  },
  async nested() {
    await nest(3);
  },
  async managedPool() {
    const manager = await Manager.start();
    const pool = manager.pool({ processes: 2 });
    for (;;) await pool.map(slow, [1, 2, 3]);
  },
  async threads() {
    for (const args of [[1], [1]]) new Process({ target: nest, args, runtime: 'thread' }).start();
    await forever();
  },
  async ownSession() {
    const child = new Process({ target: nest, args: [2], stdio: 'ignore' });
    child.start();
    await child.join();
  },
};

if (isMainProcess) {
  const [, , role, kind] = process.argv;
  if (role === 'parent') {
    console.log('runs');
    void PARENTS[kind]();
  } else void main(Number(role ?? 150));
}

async function main(seconds) {
  const report = new Report();
  const end = Date.now() + seconds * 1000;
  const kills = {};
  const lane = async (number) => {
    const directory = privateDirectory(`-${number}`);
    const kinds = Object.keys(PARENTS);
    for (let round = 0; Date.now() < end; round++) {
      const kind = kinds[(round + number * LANES) % kinds.length];
      emptyDirectory(directory);
      await killOne(kind, directory, report);
      kills[kind] = (kills[kind] ?? 0) + 1;
      if (round % 5 === 0) await checkLeftovers(directory, report, kind);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  report.conclude(kills);
}

async function killOne(kind, directory, report) {
  const family = new Family();
  const parent = spawn(process.execPath, [fileURLToPath(import.meta.url), 'parent', kind], {
    env: { ...process.env, ...family.env, MULTIPROCESS_DIR: directory },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: kind === 'ownSession',
  });
  await Promise.race([once(parent.stdout, 'data'), once(parent, 'exit')]);
  await sleep(Math.random() * (Math.random() < 0.3 ? 1200 : 350));
  family.look();
  if (Math.random() < 0.2) {
    parent.kill('SIGSTOP');
    await sleep(20);
  }
  parent.kill('SIGKILL');
  for (const command of await family.outliving()) report.fault(`${kind}: lives on: ${command}`);
}
