// All kinds of objects on a small file system that another process keeps filling up completely and emptying again. Each call
// succeeds, or throws OutOfMemoryError or what a timeout gives; never SIGBUS, never another error; everything works again when
// there is room.
//   node full-disk.mjs [seconds=60]        (needs a mount namespace)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as mp from 'multiprocess';
import { canMount } from '../harness/children.mjs';
import { Filler } from '../harness/full-disk.mjs';
import { need, Report } from '../harness/report.mjs';
import { codeOf, outcomeOf, sleep } from '../harness/waiting.mjs';

const SIZES = ['256k', '1m', '3m', '8m'];
const RUN_MS = 2500;
const LIMIT_MS = 25_000;
const EXPECTED =
  /^ERR_MULTIPROCESS_(OUT_OF_MEMORY|TIMEOUT|QUEUE_|BROKEN|EOF|CLOSED|WORKER_DIED|PROCESS_START|NOT_OWNED|MANAGER_CLOSED)/;

export const echo = mp.task(import.meta, async function echo(x) {
  return x;
});

const soon = { timeout: 50 };
const below = (bound) => Math.floor(Math.random() * bound);

/** What each program does again and again: `make` keeps an object and closes it at the end, `attempt` makes one call. */
const FAMILIES = {
  async sync({ make, attempt }) {
    const condition = await make(() => new mp.Condition());
    await attempt(() => condition?.runSync(() => condition.waitSync(soon)));
    await attempt(() => condition?.run(() => condition.wait(soon)));
    await attempt(() => condition?.runSync(() => condition.notifyAll()));
    const barrier = await make(() => new mp.Barrier({ parties: 1 + below(4000) }));
    await attempt(() => barrier?.waitSync(soon));
    const semaphore = await make(() => new mp.BoundedSemaphore({ value: 1 + below(60_000) }));
    await attempt(() => semaphore?.acquireSync(soon) && semaphore.release());
    const lock = await make(() => new mp.Lock());
    lock?.acquireSync();
    await attempt(() => lock?.acquire(soon));
    lock?.release();
  },
  async queue({ make, attempt }) {
    const queue = await make(() => new mp.Queue());
    for (let i = 0; i < 6; i++) {
      await attempt(() => queue?.putSync(Buffer.alloc(below(200_000), 1), soon));
      await attempt(() => queue?.put({ a: 1, b: 'x'.repeat(below(5000)) }, soon));
      if (below(2) === 1) await attempt(() => queue?.getSync(soon));
      await attempt(() =>
        queue?.putManySync(
          Array.from({ length: 20 }, () => 'y'.repeat(3000)),
          soon,
        ),
      );
      await attempt(() => queue?.getManySync(50, soon));
    }
  },
  async pipe({ make, attempt }) {
    const ends = await attempt(() => mp.Pipe.duplex());
    for (const end of ends ?? []) await make(() => end);
    for (let i = 0; ends !== undefined && i < 5; i++) {
      await attempt(() => ends[0].sendSync(Buffer.alloc(below(300_000), 2), soon));
      await attempt(() => ends[1].recv(soon));
      await attempt(() => ends[1].sendSync([1, 2], soon));
    }
  },
  async values({ make, attempt }) {
    const memory = await make(() => new mp.SharedMemory({ size: 1 + below(500_000) }));
    await attempt(() => memory && new Uint8Array(memory.buffer).fill(7));
    const list = await make(() => new mp.ShareableList(Array.from({ length: 200 }, (_, i) => 'z'.repeat(i))));
    await attempt(() => list?.set(3, 'q'));
    const value = await make(() => new mp.SharedValue('f64', 1));
    await attempt(() => value?.lock.runSync(() => value.add(1)));
    const array = await make(() => new mp.SharedArray('f64', 50_000));
    await attempt(() => array?.array.fill(1));
  },
  async many({ make }) {
    for (let i = 0; i < 200; i++) await make(() => (below(2) === 1 ? new mp.Lock() : new mp.Event()));
  },
  async process({ attempt }) {
    const child = new mp.Process({ target: echo, args: [1], stdio: 'ignore' });
    await attempt(() => child.start());
    await attempt(() => child.join({ timeout: 3000 }));
    if (child.pid !== undefined && child.exitCode === null) child.kill();
    if (child.exitCode < 0 && child.exitCode !== -9) throw new Error(`a child died by ${child.exitCode}`);
  },
  async pool({ attempt }) {
    const pool = await attempt(() => new mp.Pool({ processes: 2 }));
    if (pool === undefined) return;
    for (let i = 0; i < 3; i++) {
      await attempt(() => outcomeOf(pool.apply(echo, [Buffer.alloc(below(300_000))]), 3000));
      await attempt(() => outcomeOf(pool.map(echo, ['a'.repeat(below(9000)), 2, 3]), 3000));
    }
    await attempt(() => pool.terminate());
    await attempt(() => pool.join({ timeout: 4000 }));
  },
  async manager({ attempt }) {
    const manager = await attempt(() => mp.Manager.start());
    if (manager === undefined) return;
    const dict = await attempt(() => manager.dict());
    for (let i = 0; i < 5; i++) {
      await attempt(() => outcomeOf(dict.set(`k${i}`, 'v'.repeat(below(100_000))), 3000));
      await attempt(() => outcomeOf(dict.get(`k${i}`), 3000));
    }
    await attempt(() => outcomeOf(manager.shutdown(), 7000));
    manager.process.kill();
  },
};

if (mp.isMainProcess) {
  const [, , role, argument] = process.argv;
  if (role === 'program') void program(argument);
  else if (role === 'inside') void inside(Number(argument));
  else main(Number(role ?? 60));
}

function main(seconds) {
  need(canMount(), 'a mount namespace');
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync('unshare', ['-m', process.execPath, self, 'inside', String(seconds)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

async function inside(seconds) {
  const report = new Report();
  const figures = { programs: 0, calls: 0, refused: 0 };
  const end = Date.now() + seconds * 1000;
  const families = Object.keys(FAMILIES);
  while (Date.now() < end) {
    const number = figures.programs++;
    const family = families[number % families.length];
    const size = SIZES[number % SIZES.length];
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', '/mnt']);
    const summary = await fillWhileRunning(family, `${family}, ${size}`, report);
    figures.calls += summary.calls;
    for (const [outcome, count] of Object.entries(summary.errors)) {
      if (outcome.startsWith('ERR_MULTIPROCESS_OUT_OF_MEMORY')) figures.refused += count;
      if (!EXPECTED.test(outcome)) report.fault(`${family}: ${outcome}`);
    }
    for (let i = 0; i < 20 && spawnSync('umount', ['/mnt'], { stdio: 'ignore' }).status !== 0; i++) await sleep(100);
  }
  report.conclude(figures);
}

async function fillWhileRunning(family, name, report) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'program', family], {
    env: { ...process.env, MULTIPROCESS_DIR: '/mnt' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const ended = once(child, 'close');
  const late = setTimeout(() => {
    report.fault(`${name}: hangs`);
    child.kill('SIGKILL');
  }, LIMIT_MS);
  const filler = new Filler('/mnt');
  while (child.exitCode === null && child.signalCode === null) {
    filler.fill();
    await sleep(30 + below(150));
    filler.empty();
    await sleep(below(100));
  }
  clearTimeout(late);
  const [code, signal] = await ended;
  if (code !== 0) report.fault(`${name}: ended with ${signal ?? code} ${stderr.slice(0, 400)}`);
  return JSON.parse(/^SUMMARY (.*)$/m.exec(stdout)?.[1] ?? '{"calls":0,"errors":{}}');
}

async function program(family) {
  const summary = { calls: 0, errors: {} };
  const note = (what) => (summary.errors[what] = (summary.errors[what] ?? 0) + 1);
  const finish = (status) => {
    writeSync(1, `\nSUMMARY ${JSON.stringify(summary)}\n`);
    process.exit(status);
  };
  process.on('uncaughtException', (error) => {
    note(`uncaught: ${error.stack?.slice(0, 300)}`);
    finish(3);
  });
  const attempt = async (call) => {
    summary.calls++;
    try {
      return await call();
    } catch (error) {
      note(codeOf(error));
      return undefined;
    }
  };
  const end = Date.now() + RUN_MS;
  while (Date.now() < end) {
    const kept = [];
    const make = async (call) => {
      const object = await attempt(call);
      if (object !== undefined) kept.push(object);
      return object;
    };
    await FAMILIES[family]({ make, attempt });
    for (const object of kept) await attempt(() => object.close());
  }
  finish(0);
}
