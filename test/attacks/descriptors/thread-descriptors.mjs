// Threads that wait come and go while the main thread opens, checks and closes files all the time. A descriptor of the main
// thread that is closed, or that suddenly is another file, was closed by a thread that did not own it.
//   node thread-descriptors.mjs [seconds=60] [waits=sync,async] [ends=natural,terminate,exit]
import { once } from 'node:events';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { usePrivateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

const THREADS = 3;
const FILES = 20;
const WAIT_MS = 5;

if (isMainThread) {
  const [seconds = '60', waits = 'sync,async', ends = 'natural,terminate,exit'] = process.argv.slice(2);
  await main(Number(seconds), waits.split(','), ends.split(','));
} else {
  await thread(workerData);
}

async function thread({ wait, end, handle }) {
  const { Lock } = await import('@multiprocess/sync');
  const lock = Lock.attach(handle);
  if (wait === 'async') await lock.acquire({ timeout: WAIT_MS });
  else lock.acquireSync({ timeout: WAIT_MS });
  lock.close();
  if (end === 'exit') process.exit();
  if (end === 'terminate') await sleep(60_000);
}

async function main(seconds, waits, ends) {
  const directory = usePrivateDirectory();
  const { Lock } = await import('@multiprocess/sync');
  const report = new Report();
  const lock = new Lock();
  lock.acquireSync();
  const files = Array.from({ length: FILES }, (_, number) => {
    const path = `${directory}/file-${number}`;
    writeFileSync(path, `file ${number}`);
    return path;
  });
  // Node warns where a descriptor that it counts among a thread's is closed by another.
  process.removeAllListeners('warning').on('warning', (warning) => report.fault(`warning: ${warning.message}`));

  const figures = {};
  const share = (seconds * 1000) / (waits.length * ends.length);
  for (const wait of waits) {
    for (const end of ends) {
      const stop = AbortSignal.timeout(share);
      const data = { wait, end, handle: lock.handle };
      const lanes = Array.from({ length: THREADS }, () => startAndEndThreads(data, stop, report));
      const [opened, ...threads] = await Promise.all([openAndCheck(files, stop, report), ...lanes]);
      figures[`${wait}, ${end}`] = { opened, threads: threads.reduce((sum, count) => sum + count) };
    }
  }
  lock.close();
  report.conclude(figures);
}

async function startAndEndThreads(data, stop, report) {
  let threads = 0;
  while (!stop.aborted) {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data, stderr: true });
    worker.on('error', (error) => report.fault(`thread: ${error.code ?? error.message}`));
    const ended = once(worker, 'exit');
    if (data.end === 'terminate') {
      await sleep(150 + Math.random() * 100);
      await worker.terminate();
    }
    await ended;
    threads++;
  }
  return threads;
}

async function openAndCheck(files, stop, report) {
  let opened = 0;
  const attempt = (what) => {
    try {
      what();
    } catch (error) {
      report.fault(`${error.syscall} ${error.code}`);
    }
  };
  const contents = Buffer.alloc(20);
  while (!stop.aborted) {
    const held = [];
    for (const path of files) attempt(() => held.push(openSync(path, 'r')));
    opened += held.length;
    await sleep(5);
    for (const [number, descriptor] of held.entries()) {
      attempt(() => {
        const text = contents.toString('utf8', 0, readSync(descriptor, contents, 0, 20, 0));
        if (text !== `file ${number}`) report.fault('a descriptor is another file than was opened');
      });
      attempt(() => closeSync(descriptor));
    }
  }
  return opened;
}
