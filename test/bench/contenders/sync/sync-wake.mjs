// A thread or process sleeps until an event is set: sync-wake.mjs <form> <place>. It starts itself once more, as the sleeper:
// as a process or as a thread. A sample is the time in microseconds from just before set() until the other goes on.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { SharedMemory } from '@multiprocess/shared-memory';
import { Event } from '@multiprocess/sync';
import { now } from '../../harness/contender/clock.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

// The other is to be asleep by then, and at any point between two looks of its own.
const SOONEST_MS = 1;
const LATEST_MS = 4;

const [form = '', place = '', eventHandle, memoryHandle] = process.argv.slice(2);
const event = eventHandle === undefined ? new Event() : Event.attach(eventHandle);
const memory = memoryHandle === undefined ? new SharedMemory({ size: 64 }) : SharedMemory.attach(memoryHandle);
/** 0: waits begun, 1: wakes noted. */
const counts = new Int32Array(memory.buffer, 0, 2);
/** When the last one was. */
const wokenAt = new Float64Array(memory.buffer, 8, 1);

/** @param {number} wakes */
async function sleep(wakes) {
  for (let i = 0; i < wakes; i++) {
    Atomics.add(counts, 0, 1);
    if (form === 'sync') event.waitSync();
    else await event.wait();
    wokenAt[0] = now();
    event.clear();
    Atomics.add(counts, 1, 1);
  }
}

/** @param {number} index @param {number} count */
async function reached(index, count) {
  while (Atomics.load(counts, index) < count) await delay(1);
}

/** @param {number} wakes */
async function wake(wakes) {
  const samples = [];
  for (let count = Atomics.load(counts, 1) + 1; samples.length < wakes; count++) {
    await reached(0, count);
    await delay(SOONEST_MS + Math.random() * (LATEST_MS - SOONEST_MS));
    const before = now();
    event.set();
    await reached(1, count);
    samples.push(((wokenAt[0] ?? NaN) - before) / 1000);
  }
  return { samples };
}

const file = fileURLToPath(import.meta.url);
const args = [form, place, event.handle, memory.handle];

/** @returns {(wakes: number) => Promise<unknown>} lets the other side sleep so many times */
function startThread() {
  const worker = new Worker(file, { argv: args });
  return (wakes) => {
    const done = once(worker, 'message'); // rejects if it fails
    worker.postMessage(wakes);
    return done;
  };
}

/** @returns {(wakes: number) => Promise<unknown>} */
function startProcess() {
  const program = new Program(file, args);
  return (wakes) => program.ask({ wakes });
}

if (!isMainThread) {
  parentPort?.on('message', (wakes) => {
    void sleep(wakes).then(() => parentPort?.postMessage('done'));
  });
} else if (eventHandle !== undefined) {
  await serve(({ wakes }) => sleep(wakes));
} else {
  const sleeps = place === 'thread' ? startThread() : startProcess();
  await serve(async (/** @type {{ wakes: number }} */ { wakes }) => {
    const done = sleeps(wakes);
    const reply = await wake(wakes);
    await done;
    return reply;
  });
}
