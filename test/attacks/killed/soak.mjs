// A pool whose workers are replaced, queues with producers that come and go, a manager with objects that come and go, locks and pipes
// that are made and dropped, waits that time out and are aborted. Memory, descriptors, mappings, timers, listeners and files must stay
// as they are: the slopes over the second half are printed per hour, and judged.
//   node --expose-gc soak.mjs [seconds=600]
import { readdirSync, statSync } from 'node:fs';
import * as mp from 'multiprocess';
import { usePrivateDirectory } from '../harness/directory.mjs';
import { resources } from '../harness/inspect-process.mjs';
import { residentMiB } from '../harness/remote-client.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, sleep } from '../harness/waiting.mjs';

const MIB = 2 ** 20;
const MIN_JUDGED_SECONDS = 300; // what a shorter run shows is warming up

/** By how much each figure may grow in an hour. */
const MAX_GROWTH = {
  residentMiB: 200,
  heapMiB: 60,
  externalMiB: 60,
  descriptors: 60,
  mappings: 600,
  timers: 60,
  handles: 60,
  listeners: 10,
  files: 300,
  sharedMiB: 200,
  serverResidentMiB: 200,
  serverObjects: 600,
};

export const echo = mp.task(import.meta, async function echo(x) {
  return x;
});
export const produce = mp.task(import.meta, async function produce(queue, count) {
  for (let i = 0; i < count; i++) await queue.put({ i, s: 'x'.repeat(i % 300), l: [1, 2, 3] });
});
export const boom = mp.task(import.meta, function boom() {
  throw new RangeError('boom');
});
export const setY = mp.task(import.meta, async function setY(dict) {
  await dict.set('y', 1);
  dict.close();
});

const below = (bound) => Math.floor(Math.random() * bound);

if (mp.isMainProcess) void main(Number(process.argv[2] ?? 600));

async function main(seconds) {
  const directory = usePrivateDirectory();
  const report = new Report();
  const pool = new mp.Pool({ processes: 2, maxTasksPerChild: 100 });
  const manager = await mp.Manager.start();
  const [queue, lock] = [new mp.Queue(), new mp.Lock()];
  const stop = Date.now() + seconds * 1000;
  const counts = {};
  const lane = async ([name, work]) => {
    while (Date.now() < stop) {
      try {
        await work();
        counts[name] = (counts[name] ?? 0) + 1;
      } catch (error) {
        report.fault(`${name}: ${codeOf(error)} ${error.message}`);
      }
      await sleep(below(10));
    }
  };
  const samples = [];
  const begin = Date.now();
  const timer = setInterval(
    () => void sample(directory, manager).then((figures) => samples.push({ at: Date.now() - begin, ...figures })),
    Math.max(1000, (seconds * 1000) / 60),
  );
  await Promise.all(Object.entries(work(pool, manager, queue, lock)).map(lane));
  clearInterval(timer);
  const slopes = slopesOf(samples);
  if (seconds >= MIN_JUDGED_SECONDS) {
    for (const [name, slope] of Object.entries(slopes))
      if (slope > MAX_GROWTH[name]) report.fault(`${name} grows by ${slope} an hour`);
  }
  await manager.shutdown();
  await pool.terminate();
  queue.close();
  lock.close();
  report.conclude({ counts, growthPerHour: slopes });
}

function work(pool, manager, queue, lock) {
  return {
    async map() {
      const inputs = Array.from({ length: 50 }, (_, i) => ({ i, v: 'v'.repeat(i) }));
      await pool.map(echo, inputs, { chunksize: 5 });
    },
    async imap() {
      let sum = 0;
      for await (const x of pool.imap(echo, [1, 2, 3, 4, 5, 6])) {
        sum += x;
        if (sum > 8 && below(2) === 1) break;
      }
    },
    async abortAndFail() {
      const controller = new AbortController();
      const applied = pool.apply(echo, [Buffer.alloc(below(100_000))], { signal: controller.signal });
      if (below(2) === 1) controller.abort();
      await applied.catch(codeOf);
      await pool.apply(boom).catch(codeOf);
    },
    async queue() {
      const child = new mp.Process({ target: produce, args: [queue, 200] });
      child.start();
      for (let i = 0; i < 200; i++) await queue.get({ timeout: 20_000 });
      await child.join();
      if (below(2) === 1) child.close();
    },
    async objects() {
      for (let i = 0; i < 20; i++) {
        const object = MAKERS[below(MAKERS.length)]();
        if (below(3) > 0) continue; // dropped
        mp.attach(object.handle).close();
        object.close();
      }
    },
    async givenUpWaits() {
      const giveUp = async () => {
        const held = new mp.Lock();
        held.acquireSync();
        await held.acquire({ timeout: 1 + below(5) });
        const controller = new AbortController();
        const waiting = held.acquire({ signal: controller.signal }).catch(codeOf);
        controller.abort();
        await waiting;
        held.close();
      };
      await Promise.all(Array.from({ length: 10 }, giveUp));
    },
    async pipes() {
      const [a, b] = mp.Pipe.duplex();
      const sent = new mp.Lock();
      await a.send(sent);
      (await b.recv()).close();
      sent.close(); // what was sent is kept until it is closed
      await a.send(Buffer.alloc(below(200_000)));
      await b.recv();
      a.close();
      if (below(2) === 1) b.close();
    },
    async manager() {
      const list = manager.list([1, 2]);
      await list.push({ a: 1 });
      const dict = manager.dict({ x: list });
      await dict.get('x');
      await dict.set(`k${below(100)}`, 'v'.repeat(below(2000)));
      const event = manager.event();
      await event.wait({ timeout: 3 });
      const guard = manager.lock();
      await guard.acquire();
      await guard.release();
      if (below(3) > 0) for (const proxy of [list, dict, event, guard]) proxy.close();
    },
    async managerClient() {
      const dict = manager.dict();
      const child = new mp.Process({ target: setY, args: [dict] });
      child.start();
      await child.join();
      if ((await dict.get('y')) !== 1) throw new Error('a child has not set the value');
      dict.close();
      child.close();
    },
    async run() {
      await mp.run(['true']);
      await sleep(100);
    },
    async lock() {
      await lock.run(() => new Promise((resolve) => setImmediate(resolve)));
    },
  };
}

const MAKERS = [
  () => new mp.Lock(),
  () => new mp.RLock(),
  () => new mp.Event(),
  () => new mp.Condition(),
  () => new mp.Barrier({ parties: 2 }),
  () => new mp.Queue(),
  () => new mp.JoinableQueue(),
  () => new mp.SharedMemory({ size: 5000 }),
  () => new mp.Semaphore({ value: 1 }),
  () => new mp.BoundedSemaphore({ value: 2 }),
  () => new mp.SharedValue('f64', 1),
  () => new mp.ShareableList([1, 'a']),
];

async function sample(directory, manager) {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const active = process.getActiveResourcesInfo();
  const info = await manager.info().catch(() => ({}));
  return {
    residentMiB: residentMiB(process.pid),
    heapMiB: heapUsed / MIB,
    externalMiB: external / MIB,
    ...resources(),
    timers: active.filter((name) => name === 'Timeout').length,
    handles: active.length,
    listeners: process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0),
    files: readdirSync(directory).length,
    sharedMiB: readdirSync(directory).reduce((sum, file) => sum + blocksOf(`${directory}/${file}`), 0) / MIB,
    serverResidentMiB: residentMiB(manager.process.pid),
    serverObjects: info.objects ?? NaN,
  };
}

function blocksOf(path) {
  try {
    return statSync(path).blocks * 512;
  } catch {
    return 0; // it has just gone
  }
}

/** The growth of each figure in an hour: least squares over the second half. */
function slopesOf(samples) {
  const half = samples.slice(Math.floor(samples.length / 2));
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const times = half.map(({ at }) => at / 3_600_000);
  const slope = (name) => {
    const figures = half.map((figures) => figures[name]);
    const [time, figure] = [mean(times), mean(figures)];
    const over = times.reduce((sum, x, i) => sum + (x - time) * (figures[i] - figure), 0);
    return Math.round(over / times.reduce((sum, x) => sum + (x - time) ** 2, 0));
  };
  return Object.fromEntries(Object.keys(MAX_GROWTH).map((name) => [name, slope(name)]));
}
