// Threads of one process and two other processes attach to, close, drop and collect the same few segments all the time. One that
// is open must show what is in it, never zeros; no process may crash; at the end nothing is mapped or left in the directory.
//   node --expose-gc gc-threads.mjs [seconds=60]
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { attach, Lock, Queue, SharedMemory } from 'multiprocess';
import { runRole } from '../harness/children.mjs';
import { usePrivateDirectory } from '../harness/directory.mjs';
import { mappings } from '../harness/inspect-process.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, sleep } from '../harness/waiting.mjs';

const MARK = 77;
const STILL_REACHABLE = 3; // the last ones may still lie in a frame
const MAX_KEPT = 30;
const [THREADS, PROCESSES] = [3, 2];
const below = (bound) => Math.floor(Math.random() * bound);
const collect = globalThis.gc ?? (() => {});

if (!isMainThread) parentPort.postMessage(await churn(workerData.handles, workerData.ms));
else if (process.argv[2] === 'child') {
  console.log(JSON.stringify(await churn(JSON.parse(process.env.HANDLES), Number(process.argv[3]))));
  process.exit();
} else await main(Number(process.argv[2] ?? 60) * 1000);

async function main(ms) {
  const directory = usePrivateDirectory();
  const report = new Report();
  const memories = Array.from({ length: 4 }, () => new SharedMemory({ size: 5000 }));
  for (const memory of memories) new Int32Array(memory.buffer).fill(MARK);
  const own = [...memories, new Queue(), new Lock()];
  memories.length = 0;
  const handles = own.map((object) => object.handle);
  const ours = () => mappings().filter((line) => line.includes(directory)).length;
  const before = ours();

  const results = await Promise.all([
    churn(handles, ms),
    ...Array.from({ length: THREADS }, () => inThread(handles, ms)),
    ...Array.from({ length: PROCESSES }, () => inProcess(handles, ms, report)),
  ]);
  for (const { faults } of results) for (const fault of faults) report.fault(fault);
  await collectOften();
  const after = ours();
  if (after > before + 3) report.fault(`${after - before} mappings are left`);
  for (const object of own.splice(0)) object.close();
  const left = await filesLeft(directory);
  if (left > STILL_REACHABLE) report.fault(`${left} files are left`);
  report.conclude({ operations: results.reduce((sum, { operations }) => sum + operations, 0), before, after });
}

/** What was dropped may take some collections to go: the last look counts. */
async function filesLeft(directory) {
  let files = [];
  for (let looks = 0; looks < 10 && (looks === 0 || files.length > 0); looks++) {
    await collectOften();
    new Lock().close(); // sweeps
    files = readdirSync(directory).filter((file) => file.startsWith('s-'));
  }
  return files.length;
}

async function collectOften() {
  for (let i = 0; i < 4; i++) {
    collect();
    await sleep(100);
  }
}

async function inThread(handles, ms) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { handles, ms }, execArgv: [] });
  const [result] = await once(worker, 'message');
  return result;
}

async function inProcess(handles, ms, report) {
  const { end, stdout, stderr } = await runRole(import.meta.url, ['child', ms], {
    env: { HANDLES: JSON.stringify(handles) },
    execArgv: ['--expose-gc'],
    limit: ms + 60_000,
  });
  if (end === 0) return JSON.parse(stdout);
  report.fault(`a process ended with ${end}: ${stderr.slice(0, 400)}`);
  return { operations: 0, faults: [] };
}

async function churn(handles, ms) {
  let operations = 0;
  const faults = [];
  const kept = [];
  const check = (words) => {
    const found = Atomics.load(words, 5);
    if (found !== MARK) faults.push(`memory that is open has ${found === 0 ? 'zeros' : 'other values'}`);
  };
  const end = Date.now() + ms;
  while (Date.now() < end) {
    for (let i = 0; i < 50; i++) {
      operations++;
      try {
        useOne(attach(handles[below(handles.length)]), kept, check);
      } catch (error) {
        faults.push(codeOf(error));
      }
      while (kept.length > MAX_KEPT) {
        const [object] = kept.splice(below(kept.length), 1);
        if (!(object instanceof SharedMemory)) continue;
        check(new Int32Array(object.buffer));
        object.close();
      }
    }
    if (below(3) === 0) collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const object of kept.splice(0)) object.close?.();
  return { operations, faults };
}

function useOne(object, kept, check) {
  if (object instanceof SharedMemory) {
    const words = new Int32Array(object.buffer);
    check(words);
    const fate = below(5);
    if (fate === 0) kept.push(object);
    else if (fate === 1)
      kept.push(words); // and the object is dropped
    else if (fate !== 2) object.close();
  } else if (object instanceof Queue) {
    object.putSync({ a: 1 }, { timeout: 1000 });
    object.getSync({ timeout: 1000 });
    if (below(2) === 1) object.close();
  } else {
    if (object.tryAcquire()) object.release();
    if (below(2) === 1) object.close();
  }
}
