// All primitives at once, used by processes and threads in a mixture that are killed, stopped and continued, terminated, that exit
// in the middle and throw. Checked: mutual exclusion, permits, order and exactly-once of queues and pipes, places at the barrier,
// events, conditions, hangs; and at the end what is left in the directory, descriptors, mappings, zombies.
//   node kill-mix.mjs [seconds=120]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { inspectObjects } from '@multiprocess/shared-memory';
import * as mp from 'multiprocess';
import { usePrivateDirectory } from '../harness/directory.mjs';
import { resources } from '../harness/inspect-process.mjs';
import { Actor } from '../harness/mixture-actor.mjs';
import { MAX_ACTORS, MixtureMemory, nowWord } from '../harness/mixture-memory.mjs';
import { checkAll } from '../harness/mixture-verdict.mjs';
import { Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

const SELF = fileURLToPath(import.meta.url);
const [HOSTS, ACTORS_PER_HOST] = [3, 3];
const HANG_MS = 5000;
const END_MS = 25_000;
const STANDSTILL_MS = 8000;
const UNDISTURBED_MS = 60_000;
const MORE_RESOURCES = 60;

/** The hosts that run. */
const hosts = new Set();

const below = (bound) => Math.floor(Math.random() * bound);

// Not awaited: Node 20 now and then aborts when a thread is terminated as its module with a top-level await begins
// ("Check failed: (location_) != nullptr" in V8's ExecuteAsyncModule), whatever the module does.
void main();

async function main() {
  if (!isMainThread) return actor(workerData.number);
  if (!mp.isMainProcess) return;
  const [, , role] = process.argv;
  if (role === 'host') await host();
  else await referee(Number(role ?? 120));
}

function attachAll() {
  const handles = Object.entries(JSON.parse(process.env.HANDLES));
  const objects = Object.fromEntries(handles.map(([name, handle]) => [name, mp.attach(handle)]));
  return { objects, memory: new MixtureMemory(objects.shared) };
}

function closeAll(objects) {
  for (const object of Object.values(objects)) object.close();
}

async function actor(number) {
  const { objects, memory } = attachAll();
  await new Actor(objects, memory, number).run();
  closeAll(objects);
}

/** A process of three actors, which it terminates at random and replaces. */
async function host() {
  const { objects, memory } = attachAll();
  const living = new Map();
  const start = () => {
    const number = memory.add('next');
    if (number >= MAX_ACTORS) return;
    memory.setRecord('host', number, process.pid);
    const worker = new Worker(SELF, { workerData: { number }, stdout: true, stderr: true });
    worker.stderr.resume();
    living.set(number, worker);
    worker.on('error', (error) => {
      if (error.message !== 'on purpose') memory.fault(`actor ${number}: ${error.stack}`);
    });
    worker.on('exit', () => {
      living.delete(number);
      if (memory.get('stop') === 0) start();
    });
  };
  for (let i = 0; i < ACTORS_PER_HOST; i++) start();
  console.log('runs');

  while (memory.get('stop') === 0) {
    await sleep(60 + below(340));
    const [number, worker] = [...living][below(living.size)] ?? [];
    if (worker === undefined || memory.get('stop') !== 0) continue;
    if (memory.setRecord('dead', number, 1) === 0) memory.add('deaths');
    const begin = nowWord();
    await worker.terminate();
    const took = (nowWord() - begin) | 0;
    const stoppedMeanwhile = ((memory.get('stoppedAt') - begin) | 0) > -400;
    if (took > HANG_MS && !stoppedMeanwhile) memory.fault(`terminate() took ${took} ms`);
  }
  const end = Date.now() + END_MS / 2;
  while (living.size > 0 && Date.now() < end) await sleep(20);
  if (living.size > 0) memory.fault(`${living.size} actors did not end`);
  closeAll(objects);
  process.exit();
}

async function referee(seconds) {
  const directory = usePrivateDirectory();
  const report = new Report();
  const memory = MixtureMemory.create();
  const objects = makeAll(memory);
  memory.set('next', 1);
  const before = resources();
  const figures = await disturb(objects, memory, seconds, report);
  memory.set('stop', 1);
  await hostsEnded(report);
  await checkAll(objects, memory, report);
  for (const text of memory.faults) report.fault(text);
  const after = resources();
  for (const what of ['descriptors', 'mappings'])
    if (after[what] > before[what] + MORE_RESOURCES) report.fault(`${what}: ${before[what]} became ${after[what]}`);
  for (const counter of ['deaths', 'operations', 'timeouts', 'takeovers', 'barrierPassed'])
    figures[counter] = memory.get(counter);

  closeAll(objects);
  new mp.Lock().close(); // sweeps
  const left = readdirSync(directory).filter((file) => file !== 'registry' && !/^(bell|lot)-/.test(file));
  for (const file of left) report.fault(`left ${file}`);
  if (hasZombies()) report.fault('zombies are left');
  report.conclude(figures);
}

function makeAll(memory) {
  const [endA, endB] = mp.Pipe.duplex();
  for (const [from, to] of [
    [endA, endB],
    [endB, endA],
  ]) {
    from.sendSync(1); // so that both ends are in use here
    to.recvSync();
  }
  return {
    shared: memory.shared,
    lock: new mp.Lock(),
    rlock: new mp.RLock(),
    bounded: new mp.BoundedSemaphore({ value: 3 }),
    semaphore: new mp.Semaphore({ value: 3 }),
    event: new mp.Event(),
    condition: new mp.Condition(),
    barrier: new mp.Barrier({ parties: 3 }),
    queue: new mp.Queue(),
    joinable: new mp.JoinableQueue({ maxsize: 50 }),
    value: new mp.SharedValue('i32', 0),
    list: new mp.ShareableList(['abc', 'abcabc', 'abcabcabc']),
    endA,
    endB,
  };
}

async function startHost(objects, report) {
  const handles = Object.fromEntries(Object.entries(objects).map(([name, object]) => [name, object.handle]));
  const child = spawn(process.execPath, [SELF, 'host'], {
    env: { ...process.env, HANDLES: JSON.stringify(handles) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  hosts.add(child);
  child.on('exit', (code, signal) => {
    hosts.delete(child);
    if (code !== 0 && signal !== 'SIGKILL')
      report.fault(`a host ended with ${signal ?? code}: ${stderr.slice(0, 400)}`);
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
}

async function disturb(objects, memory, seconds, report) {
  const figures = { kills: 0, stops: 0 };
  const noteStop = () => memory.set('stoppedAt', nowWord());
  for (let i = 0; i < HOSTS; i++) await startHost(objects, report);
  const end = Date.now() + seconds * 1000;
  let progress = { operations: -1, at: Date.now() };
  while (Date.now() < end && memory.get('next') < MAX_ACTORS - 20) {
    await sleep(200 + below(900));
    const child = [...hosts][below(hosts.size)];
    if (child === undefined) {
      await startHost(objects, report);
      continue;
    }
    if (below(3) === 0) {
      figures.stops++;
      noteStop();
      child.kill('SIGSTOP');
      await sleep(below(200));
      noteStop();
      if (below(2) === 0) {
        child.kill('SIGCONT');
        continue;
      }
    }
    await killHost(child, memory);
    figures.kills++;
    await startHost(objects, report);
    const operations = memory.get('operations');
    if (operations !== progress.operations) progress = { operations, at: Date.now() };
    else if (Date.now() - progress.at > STANDSTILL_MS && (await standsStill(memory))) {
      report.fault(`nothing happens any more; blocked are ${JSON.stringify(blockedThreads())}`);
      break;
    }
  }
  return figures;
}

/** Where processes start slowly, some are killed before they do anything: nothing is disturbed while this looks on. */
async function standsStill(memory) {
  const before = memory.get('operations');
  const end = Date.now() + UNDISTURBED_MS;
  while (Date.now() < end && memory.get('operations') === before) await sleep(100);
  return memory.get('operations') === before;
}

const blockedThreads = () => inspectObjects().threads.filter(({ blockedOn }) => blockedOn !== undefined);

/** Its actors are marked as dead while it stands still, so that none can do anything between the mark and its death. */
async function killHost(child, memory) {
  const ended = once(child, 'exit');
  child.kill('SIGSTOP');
  await sleep(5);
  for (let number = 1; number < memory.get('next'); number++)
    if (memory.record('host', number) === child.pid) memory.setRecord('dead', number, 1);
  child.kill('SIGKILL');
  await ended;
  memory.add('deaths', 1 + ACTORS_PER_HOST);
}

async function hostsEnded(report) {
  const end = Date.now() + END_MS;
  while (hosts.size > 0 && Date.now() < end) await sleep(50);
  for (const child of hosts) {
    report.fault('a host does not end');
    child.kill('SIGKILL');
  }
}

function hasZombies() {
  return readdirSync('/proc').some((pid) => {
    try {
      const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
      return state === 'Z' && Number(parent) === process.pid;
    } catch {
      return false;
    }
  });
}
