// Several processes want the same thing all the time: sync-fairness.mjs <what> <form>. It starts itself some more times,
// as the other sides. A sample is the time in microseconds that one acquire took; the thing is held for 5 µs and wanted
// again 5 µs after it was given back.
import { fileURLToPath } from 'node:url';
import { attach, SharedMemory } from '@multiprocess/shared-memory';
import { BoundedSemaphore, Lock, RLock, Semaphore } from '@multiprocess/sync';
import { now, spinUntil, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { Watch } from '../../harness/contender/contend.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ start: number, end: number }} Stretch */
/** @typedef {{ samples: number[], longestRun: number }} Outcome */

const HELD_NS = 5_000;
const AWAY_NS = 5_000;
const makers = {
  Lock: () => new Lock(),
  'fair Lock': () => new Lock({ fair: true }),
  RLock: () => new RLock(),
  Semaphore: () => new Semaphore(),
  BoundedSemaphore: () => new BoundedSemaphore(),
};

const [name = '', form = '', handle, memoryHandle] = process.argv.slice(2);
const make = makers[/** @type {keyof typeof makers} */ (name)];
const object = handle === undefined ? make() : /** @type {ReturnType<typeof make>} */ (attach(handle));
const memory = memoryHandle === undefined ? new SharedMemory({ size: 64 }) : SharedMemory.attach(memoryHandle);
const last = new Int32Array(memory.buffer);

/** @param {Stretch} stretch @returns {Promise<Outcome>} */
async function compete({ start, end }) {
  const watch = new Watch(last, process.pid);
  const samples = [];
  spinUntil(start);
  for (;;) {
    const before = now();
    if (before >= end) return { samples, longestRun: watch.longestRun };
    if (form === 'sync') object.acquireSync();
    else await object.acquire();
    const taken = now();
    watch.entered();
    spinUntil(taken + HELD_NS);
    object.release();
    samples.push(Math.round((taken - before) / 100) / 10);
    spinUntil(now() + AWAY_NS);
  }
}

if (handle !== undefined) {
  await serve(compete);
} else {
  /** @type {Program[]} */
  const others = [];
  await serve(async (/** @type {{ ms: number, sides: number }} */ { ms, sides }) => {
    while (others.length < sides - 1) {
      const other = new Program(fileURLToPath(import.meta.url), [name, form, object.handle, memory.handle]);
      await other.ask({ start: 0, end: 0 }); // it is there
      others.push(other);
    }
    const start = now() + START_MARGIN_NS;
    const stretch = { start, end: start + ms * 1e6 };
    const theirs = others.map((other) => other.ask(stretch));
    const mine = await compete(stretch);
    const outcomes = [mine, .../** @type {Outcome[]} */ (await Promise.all(theirs))];
    const counts = outcomes.map(({ samples }) => samples.length);
    const total = counts.reduce((sum, more) => sum + more, 0);
    return {
      samples: outcomes.flatMap(({ samples }) => samples),
      extra: {
        longestRun: Math.max(...outcomes.map(({ longestRun }) => longestRun)),
        smallestShare: (Math.min(...counts) / total) * 100,
      },
    };
  });
}
