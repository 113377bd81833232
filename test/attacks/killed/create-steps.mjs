// A process dies just before its n-th step while it registers its thread, makes, attaches, names, closes or unlinks objects, or
// starts a process, a pool, a manager. A step is an access by Atomics, a call of node:fs or of the native part. A witness that
// lives, and a newcomer, must be able to use the same objects at once. When they have ended nothing is left in the directory, and
// none of the dead one's family lives.
//   node create-steps.mjs [seconds=170] [operations]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import {
  attach,
  isMainProcess,
  listSegments,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  Queue,
  ShareableList,
  SharedMemory,
  SharedValue,
  task,
} from 'multiprocess';
import { native } from '@multiprocess/native';
import { runRole } from '../harness/children.mjs';
import { emptyDirectory, privateDirectory } from '../harness/directory.mjs';
import { Family } from '../harness/family.mjs';
import { checkLeftovers } from '../harness/leftovers.mjs';
import { Report } from '../harness/report.mjs';

const LANES = 3;
const MAX_STEPS = 400;
const DENSE_STEPS = 60; // later ones are sampled

export const nothing = task(import.meta, async function nothing() {});

/** What the dying process does; it calls `arm` where the steps begin. */
const OPERATIONS = {
  first(_handles, arm) {
    arm();
    new Lock({ name: 'n' });
  },
  newLock(_handles, arm) {
    arm();
    new Lock();
  },
  named(_handles, arm) {
    arm();
    new Queue({ name: 'q' });
  },
  attach({ queue }, arm) {
    arm();
    attach(queue);
  },
  close(_handles, arm) {
    const lock = new Lock({ name: 'k' });
    arm();
    lock.close();
  },
  unlink(_handles, arm) {
    const memory = new SharedMemory({ name: 'm', size: 100 });
    arm();
    memory.unlink();
    memory.close();
  },
  list({ list: handle }, arm) {
    const list = attach(handle);
    arm();
    list.set(0, 'changed');
  },
  value({ value: handle }, arm) {
    const value = attach(handle);
    arm();
    value.lock.runSync(() => value.add(1));
  },
  pipe(_handles, arm) {
    const [a, b] = Pipe.duplex();
    arm();
    a.sendSync(Pipe.duplex());
    b.recvSync();
    a.close();
    b.close();
  },
  exit(_handles, arm) {
    new Lock({ name: 'e' }).acquireSync();
    arm();
    process.once('exit', () => console.log(LIVED));
    process.exit(0);
  },
  async asyncWait({ held }, arm) {
    const lock = attach(held);
    arm();
    await lock.acquire({ timeout: 30 });
  },
  async process(_handles, arm) {
    arm();
    const child = new Process({ target: nothing });
    child.start();
    await child.join();
    child.close();
  },
  async thread(_handles, arm) {
    arm();
    const child = new Process({ target: nothing, runtime: 'thread' });
    child.start();
    await child.join();
  },
  async pool(_handles, arm) {
    arm();
    const pool = new Pool({ processes: 1 });
    await pool.apply(nothing);
    await pool.terminate();
    await pool.join();
  },
  async manager(_handles, arm) {
    arm();
    const manager = await Manager.start();
    await manager.shutdown();
  },
};
const NEED_WITNESS = ['attach', 'list', 'value', 'asyncWait'];
const LIVED = 'lived';

if (isMainProcess) {
  const [, , role, operation, step] = process.argv;
  const handles = JSON.parse(process.env.HANDLES ?? '{}');
  if (role === 'dying') void dying(operation, Number(step), handles);
  else if (role === 'witness') witness();
  else if (role === 'newcomer') newcomer(handles);
  else void main(Number(role ?? 170), operation?.split(',') ?? Object.keys(OPERATIONS));
}

async function main(seconds, operations) {
  const report = new Report();
  const end = Date.now() + seconds * 1000;
  const deaths = {};
  const waiting = operations.values();
  const lane = async (number) => {
    const directory = privateDirectory(`-${number}`);
    for (const operation of waiting) {
      const share = Date.now() + Math.max(0, end - Date.now()) / (1 + Math.ceil(operations.length / LANES));
      deaths[operation] = await dieAtEachStep(operation, directory, share, report);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  report.conclude(deaths);
}

async function dieAtEachStep(operation, directory, end, report) {
  let deaths = 0;
  for (let step = 1; step < MAX_STEPS && Date.now() < end; step += step > DENSE_STEPS ? 3 : 1) {
    emptyDirectory(directory);
    const alone = step % 3 === 0 && !NEED_WITNESS.includes(operation);
    const witnesses = alone ? undefined : await startWitness(directory);
    const env = { MULTIPROCESS_DIR: directory, HANDLES: JSON.stringify(witnesses?.handles ?? {}) };
    const family = new Family();
    const after = `${operation}, step ${step}`;

    const dead = await runRole(import.meta.url, ['dying', operation, step], { env: { ...env, ...family.env } });
    const lived = dead.stdout.includes(LIVED);
    if (dead.late) report.fault(`${after}: the dying process hangs`);
    else if (!lived && dead.end !== 'SIGKILL') report.fault(`${after}: ended with ${dead.end}: ${dead.stderr}`);
    else if (!lived) deaths++;
    for (const living of await family.outliving()) report.fault(`${after}: lives on: ${living}`);

    if (witnesses !== undefined) {
      const { late, end, stderr } = await runRole(import.meta.url, ['newcomer'], { env });
      if (late || end !== 0)
        report.fault(`${after}: the newcomer ${late ? 'hangs' : `fails: ${stderr.slice(0, 300)}`}`);
      await witnesses.leave();
    }
    if (step % 4 === 1) await checkLeftovers(directory, report, after);
    if (lived) break;
  }
  return deaths;
}

async function dying(operation, last, handles) {
  let steps = 0;
  let armed = false;
  const stepBefore = (object, names) => {
    for (const name of names) {
      const original = object[name];
      object[name] = (...args) => {
        if (armed && ++steps === last) process.kill(process.pid, 'SIGKILL');
        return original(...args);
      };
    }
  };
  stepBefore(Atomics, ['load', 'store', 'exchange', 'compareExchange', 'add', 'sub', 'or', 'and']);
  const fs = createRequire(import.meta.url)('node:fs');
  stepBefore(
    fs,
    Object.keys(fs).filter((name) => name.endsWith('Sync')),
  );
  syncBuiltinESMExports();
  const addon = native();
  stepBefore(
    addon,
    Object.keys(addon).filter((name) => typeof addon[name] === 'function'),
  );
  await OPERATIONS[operation](handles, () => (armed = true));
  armed = false;
  console.log(LIVED);
  process.exit();
}

async function startWitness(directory) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'witness'], {
    env: { ...process.env, MULTIPROCESS_DIR: directory },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [handles] = await once(child.stdout, 'data');
  return {
    handles: JSON.parse(String(handles)),
    async leave() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function witness() {
  const [queue, list, value, held] = [
    new Queue(),
    new ShareableList(['first  ']),
    new SharedValue('i32', 0),
    new Lock(),
  ];
  list.set(0, 'first');
  held.acquireSync();
  const handles = { queue: queue.handle, list: list.handle, value: value.handle, held: held.handle };
  console.log(JSON.stringify(handles));
  process.stdin.resume().once('end', () => process.exit());
}

function newcomer(handles) {
  const soon = { timeout: 2000 };
  for (const name of ['n', 'k', 'e']) {
    const lock = new Lock({ name });
    if (!lock.acquireSync(soon)) throw new Error(`the lock ${name} cannot be had`);
    lock.release();
    lock.close();
  }
  for (const queue of [new Queue({ name: 'q' }), attach(handles.queue)]) {
    queue.putSync(1, soon);
    queue.getSync(soon);
    queue.close();
  }
  new SharedMemory({ name: 'm', size: 100 }).close();
  const list = attach(handles.list);
  if (!['first', 'changed'].includes(list.at(0))) throw new Error(`the list has ${list.at(0)}`);
  const value = attach(handles.value);
  if (!value.lock.acquireSync(soon)) throw new Error('the lock of the value cannot be had');
  value.lock.release();
  listSegments();
}
