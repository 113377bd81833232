import { fileURLToPath } from 'node:url';
import { Pool } from '@multiprocess/pool';
import * as functions from '../../contenders/work/pool-functions.mjs';

/** @typedef {keyof typeof functions} FunctionName */
/**
 * @typedef {{
 *   run: (name: FunctionName, argument?: unknown) => Promise<unknown>,
 *   map?: (name: FunctionName, inputs: number[]) => Promise<number[]>,
 *   stop: () => Promise<unknown>,
 * }} Contestant a pool of any make
 */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(`../../contenders/work/${name}`, import.meta.url));

/** @param {'process' | 'thread'} runtime @param {number} workers @returns {Contestant} */
function ours(runtime, workers) {
  const pool = new Pool({ processes: workers, runtime });
  const named = /** @type {Record<string, (...args: unknown[]) => unknown>} */ (/** @type {unknown} */ (functions));
  return {
    run: (name, argument) => pool.apply(named[name], argument === undefined ? [] : [argument]),
    map: (name, inputs) => /** @type {Promise<number[]>} */ (pool.map(named[name], inputs)),
    stop: () => {
      pool.close();
      return pool.join();
    },
  };
}

/** @param {number} workers @returns {Promise<Contestant>} */
async function piscina(workers) {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ filename: file('pool-worker.mjs'), minThreads: workers, maxThreads: workers });
  return { run: (name, argument) => pool.run(argument, { name }), stop: () => pool.destroy() };
}

/** @param {'child_process' | 'worker_threads'} runtime @param {number} workers @returns {Promise<Contestant>} */
async function tinypool(runtime, workers) {
  const { Tinypool } = await import('tinypool');
  const filename = file('pool-worker.mjs');
  const pool = new Tinypool({ filename, runtime, minThreads: workers, maxThreads: workers, isolateWorkers: false });
  return { run: (name, argument) => pool.run(argument, { name }), stop: () => pool.destroy() };
}

/** @param {number} workers @returns {Promise<Contestant>} */
async function workerpool(workers) {
  const { default: library } = await import('workerpool');
  const pool = library.pool(file('workerpool-worker.mjs'), {
    workerType: 'process',
    minWorkers: workers,
    maxWorkers: workers,
    forkOpts: { serialization: 'advanced' },
  });
  return {
    run: (name, argument) => Promise.resolve(pool.exec(name, argument === undefined ? [] : [argument])),
    stop: () => Promise.resolve(pool.terminate()),
  };
}

const makers = {
  process: (/** @type {number} */ workers) => ours('process', workers),
  thread: (/** @type {number} */ workers) => ours('thread', workers),
  piscina,
  'tinypool-process': (/** @type {number} */ workers) => tinypool('child_process', workers),
  'tinypool-thread': (/** @type {number} */ workers) => tinypool('worker_threads', workers),
  workerpool,
};

/** @param {string} kind one of the names above @param {number} workers @returns {Promise<Contestant>} */
export async function startPool(kind, workers) {
  if (!(kind in makers)) throw new RangeError(`No pool "${kind}"; there are ${Object.keys(makers).join(', ')}`);
  return makers[/** @type {keyof typeof makers} */ (kind)](workers);
}
