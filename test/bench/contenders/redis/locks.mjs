// A lock on Redis: locks.mjs <package> [worker]. Starts itself again as each process that contends.
import { fileURLToPath } from 'node:url';
import { connect } from '@multiprocess/redis';
import { Redis } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import { createLock, IoredisAdapter } from 'redlock-universal';
import { now, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { Program } from '../../harness/program.mjs';
import { redisUrl } from '../../harness/redis-stage.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ acquire: () => Promise<unknown>, release: () => Promise<unknown> }} Lock */
/** @typedef {{ pairs: number, nanoseconds: number, longestWait: number }} Outcome of one process */

const CLIENTS = 4;
const TOGETHER = 50;
const PATIENCE_MS = 60_000;
const [way = '', role] = process.argv.slice(2);

/** @returns {Promise<Lock>} */
async function lockOf() {
  switch (way) {
    case '@multiprocess/redis':
      return (await connect(redisUrl())).lock({ name: 'contended' });
    case 'redis-semaphore': {
      const mutex = new Mutex(/** @type {any} */ (new Redis(redisUrl())), 'contended', { acquireTimeout: PATIENCE_MS });
      return { acquire: () => mutex.acquire(), release: () => mutex.release() };
    }
    case 'redlock-universal': {
      const adapter = new IoredisAdapter(/** @type {any} */ (new Redis(redisUrl())));
      // As often as the other one asks.
      const retries = { retryAttempts: PATIENCE_MS / 10, retryDelay: 10 };
      const lock = createLock({ adapter, key: 'universal', ttl: 10_000, ...retries });
      /** @type {any} */
      let handle;
      return {
        acquire: async () => (handle = await lock.acquire()),
        release: () => lock.release(handle),
      };
    }
    default:
      throw new RangeError(`No package "${way}"`);
  }
}

const lock = await lockOf();

/** @param {number} ms */
async function alone(ms) {
  const samples = [];
  const end = now() + ms * 1e6;
  for (let begin = now(); begin < end; begin = now()) {
    for (let i = 0; i < TOGETHER; i++) {
      await lock.acquire();
      await lock.release();
    }
    samples.push((now() - begin) / TOGETHER / 1e3);
  }
  return { samples };
}

/** @param {{ start: number, end: number }} stretch @returns {Promise<Outcome>} */
async function compete({ start, end }) {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, (start - now()) / 1e6)));
  let longestWait = 0;
  for (let pairs = 1; ; pairs++) {
    const asked = now();
    await lock.acquire();
    const got = now();
    if (got - asked > longestWait) longestWait = got - asked;
    await lock.release();
    const done = now();
    if (done >= end) return { pairs, nanoseconds: done - start, longestWait };
  }
}

if (role === 'worker') {
  await serve(compete);
} else {
  /** @type {Program[]} */
  const others = [];
  await serve(async (/** @type {{ ms: number, clients: number }} */ { ms, clients }) => {
    if (clients === 1) return alone(ms);
    while (others.length < CLIENTS) others.push(new Program(fileURLToPath(import.meta.url), [way, 'worker']));
    await Promise.all(others.map((other) => other.ask({ start: 0, end: 0 }))); // all are there
    const start = now() + START_MARGIN_NS;
    const stretch = { start, end: start + ms * 1e6 };
    const outcomes = /** @type {Outcome[]} */ (await Promise.all(others.map((other) => other.ask(stretch))));
    return {
      samples: [outcomes.reduce((sum, { pairs, nanoseconds }) => sum + (pairs / nanoseconds) * 1e9, 0)],
      extra: { longestWait: Math.max(...outcomes.map(({ longestWait }) => longestWait)) / 1e6 },
    };
  });
}
