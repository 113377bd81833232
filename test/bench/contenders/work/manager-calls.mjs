// Calls methods of objects in a manager: manager-calls.mjs <form> [handle of the manager and its objects]. With handles it
// is one of several clients. A sample is the time of one call, in microseconds, as the mean over a batch.
import { fileURLToPath } from 'node:url';
import { DictProxy, Manager } from '@multiprocess/manager';
import { formOf, timeCalls } from '../../harness/contender/calls.mjs';
import { Clients } from '../../harness/contender/clients.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ ms: number, op: string, clients?: number }} Request */

const form = formOf(process.argv[2]);
const given = process.argv[3];
const manager = given === undefined ? await Manager.start() : undefined;
/** @type {DictProxy<string, number>} */
const dict = given === undefined ? /** @type {Manager} */ (manager).dict({ key: 1 }) : DictProxy.attach(given);
const list = manager?.list([1]);
const value = manager?.value(1);
const lock = manager?.lock();

/** @type {Record<string, () => unknown>} */
const blocking = {
  get: () => dict.getSync('key'),
  set: () => dict.setSync('key', 1),
  append: () => list?.pushSync(1),
  value: () => value?.getSync(),
  lock: () => {
    lock?.acquireSync();
    lock?.releaseSync();
  },
};

/** @type {Record<string, () => unknown>} */
const awaited = {
  get: () => dict.get('key'),
  set: () => dict.set('key', 1),
  append: () => list?.push(1),
  value: () => value?.get(),
  lock:
    form === 'pipelined'
      ? () => Promise.all([lock?.acquire(), lock?.release()])
      : async () => {
          await lock?.acquire();
          await lock?.release();
        },
};

const others = new Clients(fileURLToPath(import.meta.url), [form, dict.handle]);

await serve(async (/** @type {Request} */ { ms, op, clients = 1 }) => {
  if (clients > 1) return { samples: await others.samples(clients, { ms, op }) };
  const call = (form === 'sync' ? blocking : awaited)[op];
  if (call === undefined) throw new RangeError(`No operation "${op}"`);
  const samples = await timeCalls(form, call, ms);
  await list?.clear();
  return { samples };
});
