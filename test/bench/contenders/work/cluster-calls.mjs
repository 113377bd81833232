// What programs without a manager do: workers of node:cluster ask their primary by messages, which has the state in a Map.
// cluster-calls.mjs <form>. Samples as in manager-calls.mjs.
import cluster from 'node:cluster';
import { formOf, timeCalls } from '../../harness/contender/calls.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const form = formOf(process.argv[2]);

if (cluster.isPrimary) {
  const state = new Map([['key', 1]]);
  /** @type {import('node:cluster').Worker[]} */
  const workers = [];
  cluster.setupPrimary({ args: [form], silent: false, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  /** @param {import('node:cluster').Worker} worker @param {object} request @returns {Promise<number[]>} */
  const measureIn = (worker, request) =>
    new Promise((resolve) => {
      worker.send({ request });
      worker.on('message', function onMessage(/** @type {any} */ { samples }) {
        if (samples === undefined) return;
        worker.off('message', onMessage);
        resolve(samples);
      });
    });

  const start = () =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      workers.push(worker);
      worker.on('message', (/** @type {any} */ { call, op, ready }) => {
        if (ready) resolve(undefined);
        if (call === undefined) return;
        if (op === 'set') state.set('key', 1);
        worker.send({ call, value: op === 'get' ? state.get('key') : undefined });
      });
    });

  await serve(async (/** @type {{ ms: number, op: string, clients?: number }} */ { ms, op, clients = 1 }) => {
    while (workers.length < clients) await start();
    const samples = await Promise.all(workers.slice(0, clients).map((worker) => measureIn(worker, { ms, op })));
    return { samples: samples.flat() };
  });
} else {
  /** @type {Map<number, (value: unknown) => void>} */
  const pending = new Map();
  let last = 0;
  const send = /** @type {(message: object) => void} */ (process.send?.bind(process));
  /** @param {string} op */
  const ask = (op) =>
    new Promise((resolve) => {
      pending.set(++last, resolve);
      send({ call: last, op });
    });
  /** @param {{ op: string, ms: number }} request */
  const measure = async ({ op, ms }) => send({ samples: await timeCalls(form, () => ask(op), ms) });
  process.on('message', (/** @type {any} */ { call, value, request }) => {
    if (request !== undefined) {
      void measure(request);
      return;
    }
    pending.get(call)?.(value);
    pending.delete(call);
  });
  send({ ready: true });
}
