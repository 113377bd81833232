import { createClient } from '@redis/client';
import { connect } from '@multiprocess/redis';
import { Queue, Worker } from 'bullmq';
import { redisUrl } from '../redis-stage.mjs';

/**
 * What a contender of redis-queues can do, on queues that have names.
 *
 * @typedef {object} Side
 * @property {(queue: string, item: unknown) => Promise<unknown>} put
 * @property {(items: unknown[]) => Promise<unknown>} putMany
 * @property {(queue: string) => Promise<unknown>} take waits for an item
 * @property {(count: number) => Promise<void>} doJobs takes as many and reports each as done
 * @property {() => Promise<unknown>} empty removes what was put and not taken
 */

/** Jobs that one process does at a time. */
const AT_A_TIME = 32;

/** @param {string} way @returns {Promise<Side>} */
export function sideOf(way) {
  switch (way) {
    case 'ours':
      return ours();
    case 'list':
    case 'moved':
      return list(way);
    case 'bull':
      return Promise.resolve(bull());
    default:
      throw new RangeError(`No way "${way}"`);
  }
}

/** @returns {Promise<Side>} */
async function ours() {
  const store = await connect(redisUrl(), { prefix: 'ours' });
  const queues = Object.fromEntries(
    ['put', 'there', 'back'].map((name) => /** @type {const} */ ([name, store.queue({ name })])),
  );
  const jobs = store.joinableQueue({ name: 'jobs' });
  const queueOf = (/** @type {string} */ name) => queues[name] ?? jobs;
  return {
    put: (name, item) => queueOf(name).put(item),
    putMany: (items) => queueOf('put').putMany(items),
    take: (name) => queueOf(name).get(),
    async doJobs(count) {
      let left = count;
      const lane = async () => {
        while (left-- > 0) {
          await jobs.get();
          await jobs.taskDone();
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, lane));
    },
    empty: () => queueOf('put').unlink(),
  };
}

/** @param {'list' | 'moved'} way @returns {Promise<Side>} */
async function list(way) {
  // Without a time limit for each command, which would cost more than the command.
  const options = /** @type {const} */ ({ url: redisUrl(), commandOptions: { timeout: 0 } });
  const [client, blocked] = [createClient(options), createClient(options)];
  await Promise.all([client.connect(), blocked.connect()]);
  const keyOf = (/** @type {string} */ name) => `${way}:${name}`;
  /** @param {string} name */
  const next = async (name) => {
    if (way === 'moved') return blocked.blMove(keyOf(name), keyOf('taken'), 'LEFT', 'RIGHT', 0);
    return (await blocked.blPop(keyOf(name), 0))?.element;
  };
  /** @param {string} name */
  const take = async (name) => {
    const text = String(await next(name));
    if (way === 'moved') void client.lRem(keyOf('taken'), 1, text); // it has arrived
    return JSON.parse(text);
  };
  return {
    put: (name, item) => client.rPush(keyOf(name), JSON.stringify(item)),
    putMany: (items) =>
      client.rPush(
        keyOf('put'),
        items.map((item) => JSON.stringify(item)),
      ),
    take,
    async doJobs(count) {
      for (let i = 0; i < count; i++) await take('jobs');
    },
    empty: () => client.del(keyOf('put')),
  };
}

/** @returns {Side} */
function bull() {
  const { hostname: host, port } = new URL(redisUrl());
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const options = { removeOnComplete: true };
  const queues = new Map();
  const queueOf = (/** @type {string} */ name) => {
    if (!queues.has(name)) queues.set(name, new Queue(name, { connection }));
    return queues.get(name);
  };
  return {
    put: (name, item) => queueOf(name).add('job', item, options),
    putMany: (items) => queueOf('put').addBulk(items.map((data) => ({ name: 'job', data, opts: options }))),
    take: () => Promise.reject(new Error('BullMQ has no queue from which a program takes an item')),
    async doJobs(count) {
      let left = count;
      /** @type {Worker | undefined} */
      let worker;
      await new Promise((resolve) => {
        worker = new Worker('jobs', () => Promise.resolve(), { connection, concurrency: AT_A_TIME });
        worker.on('completed', () => {
          if (--left === 0) resolve(undefined);
        });
      });
      await worker?.close();
    },
    empty: () => queueOf('put').obliterate({ force: true }),
  };
}
