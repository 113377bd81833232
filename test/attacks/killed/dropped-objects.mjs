// 200 objects of each kind are made and dropped without close(), their handles never asked for. After collections no process may
// have them any more.
//   node --expose-gc dropped-objects.mjs [objects=200]
import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  JoinableQueue,
  listSegments,
  Lock,
  Pipe,
  Queue,
  RLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedMemory,
  SharedValue,
} from 'multiprocess';
import { usePrivateDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';

const STILL_REACHABLE = 5; // the last ones may still lie on the stack
const COLLECTIONS = 6;
const AFTER_SWEEP_MS = 1100;

const KINDS = {
  Lock: () => new Lock(),
  RLock: () => new RLock(),
  Event: () => new Event(),
  Condition: () => new Condition(),
  'Condition, used': () => {
    const condition = new Condition();
    condition.runSync(() => condition.notify());
  },
  Barrier: () => new Barrier({ parties: 2 }),
  Semaphore: () => new Semaphore({ value: 1 }),
  BoundedSemaphore: () => new BoundedSemaphore({ value: 2 }),
  Queue: () => new Queue(),
  'Queue, used': () => {
    const queue = new Queue();
    queue.putSync({ a: 1 });
    queue.getSync();
  },
  JoinableQueue: () => new JoinableQueue(),
  SharedMemory: () => new SharedMemory({ size: 5000 }),
  SharedValue: () => new SharedValue('f64', 1),
  'SharedValue, locked': () => {
    const value = new SharedValue('f64', 1);
    value.lock.runSync(() => value.add(1));
  },
  SharedArray: () => new SharedArray('i32', 10),
  ShareableList: () => new ShareableList([1, 'a']),
  'Pipe, both ends dropped': () => Pipe.duplex(),
  'Pipe, one end closed': () => {
    const [a] = Pipe.duplex();
    a.close();
  },
  'Pipe, used, one end closed': () => {
    const [a, b] = Pipe.duplex();
    a.sendSync(1);
    b.recvSync();
    a.close();
  },
  'Lock, awaited': async () => {
    const lock = new Lock();
    lock.acquireSync();
    await lock.acquire({ timeout: 1 });
    lock.release();
  },
  'Pipe, awaited, one end closed': async () => {
    const [a, b] = Pipe.duplex();
    await a.send(Buffer.alloc(100_000));
    await b.recv();
    a.close();
  },
};

need(globalThis.gc !== undefined, '--expose-gc');
const objects = Number(process.argv[2] ?? 200);
const directory = usePrivateDirectory();
const report = new Report();
const figures = {};
const sweep = () => new Lock().close();
for (const [kind, make] of Object.entries(KINDS)) {
  for (let i = 0; i < objects; i++) await make();
  for (let i = 0; i < COLLECTIONS; i++) {
    await sleep(30);
    globalThis.gc();
  }
  sweep();
  await sleep(AFTER_SWEEP_MS);
  sweep();
  const kept = listSegments().length;
  figures[kind] = kept;
  if (kept > STILL_REACHABLE) report.fault(`${kind}: ${kept} of ${objects} are kept`);
  for (const file of readdirSync(directory)) if (file.startsWith('s-')) rmSync(`${directory}/${file}`);
}
report.conclude(figures);
