// Descriptors, mappings, address space or heap used up; the directory, the registry or a doorbell removed, or rights changed, under
// running programs; a directory on disk; 10 000 objects. Each in a process of its own. Typed errors may come out, no signal, no
// hang, and everything works again afterwards.
//   node --expose-gc exhaustion.mjs [cases]
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as mp from 'multiprocess';
import { inline, runToEnd } from '../harness/children.mjs';
import { privateDirectory, scratchDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, outcomeOf, sleep } from '../harness/waiting.mjs';

const HANG_MS = 60_000; // a watchdog: nothing takes as long, however busy the machine is
const TYPED = /^(ERR_MULTIPROCESS_|E(MFILE|NFILE)$)/; // run() tells of a program that cannot be started as Node does

export const echo = mp.task(import.meta, async function echo(x) {
  return x;
});
export const holdForAMoment = mp.task(import.meta, async function holdForAMoment(lock) {
  await lock.run(() => sleep(300));
});
export const eatHeap = mp.task(import.meta, function eatHeap(lock) {
  lock.acquireSync();
  const eaten = [];
  for (;;) eaten.push(new Array(1e5).fill(Math.random()));
});

/** Limits that a case needs before its process starts. */
const COMMANDS = {
  addressSpace: ['sh', '-c', 'ulimit -v 24000000 && exec "$@"', 'sh', process.execPath],
};

const CASES = {
  async descriptors(attempt) {
    const [queue, lock] = [new mp.Queue(), new mp.Lock()];
    const open = useAllDescriptors();
    for (let i = 0; i < 3; i++) {
      await attempt('new Lock', () => new mp.Lock());
      await attempt('acquire', () => lock.runSync(() => undefined));
      await attempt('put', () => queue.putSync(1));
      await attempt('get', () => queue.getSync());
      await attempt('process', () => new mp.Process({ target: echo, args: [1] }).start());
      await attempt('thread', async () => {
        const child = new mp.Process({ target: echo, args: [1], runtime: 'thread' });
        child.start();
        await child.join({ timeout: HANG_MS });
      });
      await attempt('pool', () => new mp.Pool({ processes: 1 }));
      await attempt('run', () => mp.run(['true']));
      await attempt('list', () => mp.listSegments());
      await attempt('orphans', () => mp.removeOrphans());
    }
    for (const descriptor of open) closeSync(descriptor);
    await sleep(300);
    await childWorks(1);
    return `${open.length} descriptors`;
  },
  async asyncWaitWithoutDescriptors(attempt) {
    const lock = new mp.Lock();
    lock.acquireSync();
    const open = useAllDescriptors();
    await attempt('async wait', () => lock.acquire({ timeout: 300 }));
    await attempt('another one', () => lock.acquire({ timeout: 300 }));
    for (const descriptor of open) closeSync(descriptor);
    const waiting = lock.acquire({ timeout: HANG_MS });
    setTimeout(() => lock.release(), 50);
    must(await waiting, 'a waiter is not woken when there are descriptors again');
    return 'woken';
  },
  async objects() {
    const objects = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 1 ? new mp.Lock() : new mp.Event()));
    objects.at(-1).runSync(() => undefined);
    const listed = mp.listSegments().length;
    const descriptors = readdirSync('/proc/self/fd').length;
    for (const object of objects) object.close();
    const left = readdirSync(process.env.MULTIPROCESS_DIR).length;
    must(left <= 3, `${left} files are left`);
    return `${listed} listed, ${descriptors} descriptors`;
  },
  async mappings(attempt) {
    const objects = [];
    await attempt('so many objects', () => {
      for (let i = 0; i < 70_000; i++) objects.push(new mp.SharedMemory({ size: 16 }));
    });
    for (const object of objects.splice(0, 1000)) object.close();
    new mp.Lock().runSync(() => undefined);
    for (const object of objects) object.close();
    return `${objects.length + 1000} objects`;
  },
  async addressSpace(attempt) {
    const queues = [];
    for (let i = 0; i < 10; i++) {
      const queue = await attempt('new Queue', () => new mp.Queue());
      if (queue !== undefined) queues.push(queue);
    }
    for (const queue of queues) {
      await attempt('put', () => queue.putSync('x'.repeat(1000)));
      await attempt('get', () => queue.getSync());
      queue.close();
    }
    return `${queues.length} queues`;
  },
  async directoryRemoved(attempt) {
    const [lock, queue] = [new mp.Lock({ name: 'x' }), new mp.Queue()];
    rmSync(process.env.MULTIPROCESS_DIR, { recursive: true });
    await attempt('use', () => {
      lock.runSync(() => undefined);
      queue.putSync(1);
      return queue.getSync();
    });
    const waiting = attempt('async wait', () => queue.get({ timeout: HANG_MS }));
    setTimeout(() => queue.putSync('later'), 100);
    const woken = await waiting;
    await attempt('new Lock', () => new mp.Lock().close());
    await attempt('new named Lock', () => new mp.Lock({ name: 'x' }).close());
    await attempt('child', () => childWorks(1));
    await attempt('pool', async () => {
      const pool = new mp.Pool({ processes: 1 });
      try {
        return await pool.apply(echo, [1]);
      } finally {
        await pool.terminate();
      }
    });
    return `woken with ${woken}`;
  },
  async rightsChanged(attempt) {
    const directory = process.env.MULTIPROCESS_DIR;
    const lock = new mp.Lock();
    chmodSync(directory, 0o777);
    await attempt('new Lock', () => new mp.Lock().close());
    const child = new mp.Process({ target: echo, args: [1], stdio: 'ignore' });
    await attempt('start', () => child.start());
    await attempt('join', () => child.join({ timeout: HANG_MS }));
    chmodSync(directory, 0o700);
    new mp.Lock().close();
    lock.close();
    return `a child in a directory of all: ${child.exitCode}`;
  },
  async disk() {
    const queue = new mp.Queue();
    for (let i = 0; i < 200; i++) queue.putSync(Buffer.alloc(50_000, i));
    for (let i = 0; i < 200; i++) {
      const item = queue.getSync();
      must(item[0] === i && item[49_999] === i, 'an item is damaged');
    }
    const pool = new mp.Pool({ processes: 2 });
    const inputs = Array.from({ length: 100 }, (_, i) => i);
    must((await pool.map(echo, inputs)).join() === inputs.join(), 'the pool gives other results');
    await pool.terminate();
    await pool.join();
    const manager = await mp.Manager.start();
    must((await manager.dict({ a: 1 }).get('a')) === 1, 'the manager gives another value');
    await manager.shutdown();
    queue.close();
    return 'works';
  },
  async heap() {
    const lock = new mp.Lock();
    const child = new mp.Process({
      target: eatHeap,
      args: [lock],
      execArgv: ['--max-old-space-size=40'],
      stdio: 'ignore',
    });
    child.start();
    await child.join({ timeout: HANG_MS });
    must(await lock.acquire({ timeout: HANG_MS }), 'the lock of the dead child is not had');
    must(lock.ownerDied, 'the death of the owner is not told');
    return `the child ended with ${child.exitCode}`;
  },
  async doorbellRemoved() {
    const directory = process.env.MULTIPROCESS_DIR;
    const lock = new mp.Lock();
    lock.acquireSync();
    await lock.acquire({ timeout: 20 }); // makes the doorbell
    for (const file of readdirSync(directory)) if (file.startsWith('bell')) rmSync(`${directory}/${file}`);
    lock.release();
    const child = new mp.Process({ target: holdForAMoment, args: [lock], stdio: 'ignore' });
    child.start();
    await child.ready();
    while (!lock.locked) await sleep(1);
    must(await lock.acquire({ timeout: HANG_MS }), 'a waiter whose doorbell was removed is not woken');
    await child.join();
    return 'woken';
  },
  async registryRemoved(attempt) {
    const lock = new mp.Lock({ name: 'n' });
    lock.acquireSync();
    rmSync(`${process.env.MULTIPROCESS_DIR}/registry`);
    const program = `
  import { Lock } from 'multiprocess';
  try {
    console.log(new Lock({ name: 'n' }).tryAcquire());
  } catch (error) {
    console.log(error.code);
  }`;
    const stranger = spawnSync(process.execPath, inline(program), {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
    });
    must(stranger.stdout.trim() !== 'true', 'a lock that is held was had by another program');
    lock.release();
    await attempt('child', () => childWorks(lock));
    return `a stranger gets ${stranger.stdout.trim()}`;
  },
  async directoryByAnotherName() {
    const directory = process.env.MULTIPROCESS_DIR;
    process.env.MULTIPROCESS_DIR = `${directory}/.`;
    const lock = new mp.Lock({ name: 'n' });
    process.env.MULTIPROCESS_DIR = directory;
    await childWorks(lock);
    return 'works';
  },
};

if (mp.isMainProcess) {
  const [, , first, name] = process.argv;
  if (first === 'case') void runCase(name);
  else void main(first?.split(',') ?? Object.keys(CASES));
}

async function main(names) {
  const report = new Report();
  const figures = {};
  for (const name of names) {
    const directory = name === 'disk' ? `${scratchDirectory()}/on-disk` : privateDirectory(`-${name}`);
    const [command, ...args] = COMMANDS[name] ?? [process.execPath];
    const result = await runToEnd(command, [...args, '--expose-gc', fileURLToPath(import.meta.url), 'case', name], {
      env: { MULTIPROCESS_DIR: directory },
      limit: 300_000,
    });
    figures[name] = result.stdout;
    if (result.late || result.end !== 0)
      report.fault(`${name}: ${result.late ? 'hangs' : `ended with ${result.end}`}: ${result.stderr.slice(0, 500)}`);
  }
  report.conclude(figures);
}

async function runCase(name) {
  const untyped = [];
  /** What a call gave; undefined where it threw, which must be a typed error. */
  const attempt = async (what, call) => {
    const outcome = await outcomeOf(async () => {
      try {
        return await call();
      } catch (error) {
        if (!TYPED.test(codeOf(error))) untyped.push(`${what}: ${codeOf(error)}`);
        return undefined;
      }
    }, HANG_MS);
    if (outcome === 'PENDING') untyped.push(`${what} hangs`);
    return outcome;
  };
  const outcome = await CASES[name](attempt);
  console.log(outcome);
  for (const text of untyped) console.error(text);
  process.exit(untyped.length === 0 ? 0 : 1);
}

function must(condition, text) {
  if (!condition) throw new Error(text);
}

/** A child that must do its work, whatever was tried before. */
async function childWorks(...args) {
  const child = new mp.Process({ target: echo, args, stdio: 'ignore' });
  child.start();
  must(await child.join({ timeout: HANG_MS }), 'a child does not end');
  if (child.exitCode !== 0) throw child.error ?? new Error(`a child ended with ${child.exitCode}`);
}

function useAllDescriptors() {
  const open = [];
  try {
    for (;;) open.push(openSync('/dev/null'));
  } catch {
    return open;
  }
}
