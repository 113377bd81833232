// Calls on other hosts: many-hosts.mjs <way> [agent]. Starts itself again as each of the two hosts.
import { fileURLToPath } from 'node:url';
import { Agent, DistributedPool } from '@multiprocess/bullmq';
import { Pool } from '@multiprocess/pool';
import { connect } from '@multiprocess/redis';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { now } from '../../harness/contender/clock.mjs';
import { Pace } from '../../harness/contender/pace.mjs';
import { Program } from '../../harness/program.mjs';
import { redisUrl } from '../../harness/redis-stage.mjs';
import { serve } from '../../harness/contender/serve.mjs';
import { double } from './jobs/double.mjs';

/** @typedef {{ ms: number, what: 'call' | 'map' }} Request of a round */
/** @typedef {{ call: (n: number) => Promise<number>, map: (inputs: number[]) => Promise<number[]> }} Side */

const HOSTS = 2;
/** Inputs of a map, which is one call. */
const INPUTS = 100_000;
/** Jobs that plain BullMQ is given at a time: one for each input. */
const AT_A_TIME = 1000;
/** … and that each of its workers has at a time. */
const AT_A_WORKER = 32;
const [way = '', role] = process.argv.slice(2);
/** Not the same, since all contenders share a server. */
const QUEUE = `bench-${way}`;
const { hostname: host, port } = new URL(redisUrl());
const connection = { host, port: Number(port), maxRetriesPerRequest: null };

/** @returns {Promise<unknown>} when this host takes jobs */
function startHost() {
  if (way === 'bull') {
    const options = { connection, concurrency: AT_A_WORKER };
    return new Worker(QUEUE, (job) => Promise.resolve(double(job.data)), options).waitUntilReady();
  }
  const directory = fileURLToPath(new URL('jobs', import.meta.url));
  return new Agent(redisUrl(), { queue: QUEUE, processes: 1, directory }).ready();
}

/** @returns {Promise<Side>} */
async function side() {
  if (way === 'local') {
    const pool = new Pool({ processes: HOSTS });
    return { call: (n) => pool.apply(double, [n]), map: (inputs) => pool.map(double, inputs) };
  }
  await Promise.all(
    Array.from({ length: HOSTS }, () => new Program(fileURLToPath(import.meta.url), [way, 'agent']).ask({})),
  );
  if (way === 'ours') {
    const pool = new DistributedPool(await connect(redisUrl()), { queue: QUEUE });
    return { call: (n) => pool.apply(double, [n]), map: (inputs) => pool.map(double, inputs) };
  }
  const queue = new Queue(QUEUE, { connection });
  const events = new QueueEvents(QUEUE, { connection });
  await events.waitUntilReady();
  const options = { removeOnComplete: { count: 2 * AT_A_TIME } }; // what is removed at once is not found by waitUntilFinished
  return {
    call: async (n) => (await queue.add('double', n, options)).waitUntilFinished(events),
    async map(inputs) {
      /** @type {number[]} */
      const results = [];
      for (let at = 0; at < inputs.length; at += AT_A_TIME) {
        const some = inputs.slice(at, at + AT_A_TIME).map((data) => ({ name: 'double', data, opts: options }));
        const jobs = await queue.addBulk(some);
        results.push(...(await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))));
      }
      return results;
    },
  };
}

if (role === 'agent') {
  await serve(async () => {
    await startHost();
  });
} else {
  const { call, map } = await side();
  const pace = new Pace();
  await serve(async (/** @type {Request} */ { ms, what }) => {
    for (;;) {
      // A job for each input takes as long for each, however many there are; so many of them that a round is not over too soon are enough.
      const isWhole = what === 'map' && way !== 'bull';
      const count = isWhole ? INPUTS : pace.count(what, ms);
      const inputs = Array.from({ length: count }, (_, i) => i);
      const begin = now();
      if (what === 'map') check(await map(inputs));
      else for (const n of inputs) check([await call(n)], n);
      const nanoseconds = now() - begin;
      if (!isWhole && !pace.learn(what, ms, count, nanoseconds)) continue;
      return { samples: [what === 'call' ? nanoseconds / count / 1e3 : (count / nanoseconds) * 1e9] };
    }
  });
}

/** @param {readonly number[]} results @param {number} from the first input */
function check(results, from = 0) {
  if (results.some((result, i) => result !== 2 * (from + i))) throw new Error('A wrong result');
}
