// Calls methods of objects in a manager: manager-calls.mjs <form>. A sample is the time of one call, in microseconds, as
// the mean over a batch.
import { Manager } from '@multiprocess/manager';
import { now } from '../harness/clock.mjs';
import { serve } from '../harness/serve.mjs';

const TOGETHER = 500;

const manager = await Manager.start();
const dict = manager.dict({ key: 1 });
const list = manager.list([1]);
const value = manager.value(1);
const lock = manager.lock();

/** @typedef {() => void | Promise<unknown>} Batch */
/** @type {Record<string, Record<string, Batch>>} what each form does TOGETHER times */
const forms = {
  sync: {
    get: repeated(() => dict.getSync('key')),
    set: repeated(() => dict.setSync('key', 1)),
    append: repeated(() => list.pushSync(1)),
    value: repeated(() => value.getSync()),
    lock: repeated(() => {
      lock.acquireSync();
      lock.releaseSync();
    }),
  },
  async: {
    get: awaited(() => dict.get('key')),
    set: awaited(() => dict.set('key', 1)),
    append: awaited(() => list.push(1)),
    value: awaited(() => value.get()),
    lock: awaited(async () => {
      await lock.acquire();
      await lock.release();
    }),
  },
  pipelined: {
    get: pipelined(() => dict.get('key')),
    set: pipelined(() => dict.set('key', 1)),
    append: pipelined(() => list.push(1)),
    value: pipelined(() => value.get()),
    lock: pipelined(() => Promise.all([lock.acquire(), lock.release()])),
  },
};

/** @param {() => unknown} call @returns {Batch} */
function repeated(call) {
  return () => {
    for (let i = 0; i < TOGETHER; i++) call();
  };
}

/** @param {() => Promise<unknown>} call @returns {Batch} */
function awaited(call) {
  return async () => {
    for (let i = 0; i < TOGETHER; i++) await call();
  };
}

/** @param {() => Promise<unknown>} call @returns {Batch} */
function pipelined(call) {
  return () => Promise.all(Array.from({ length: TOGETHER }, call));
}

const form = forms[process.argv[2] ?? ''];
if (form === undefined) throw new RangeError(`No form "${process.argv[2]}"`);

await serve(async (/** @type {{ ms: number, op: string }} */ { ms, op }) => {
  const batch = form[op];
  if (batch === undefined) throw new RangeError(`No operation "${op}"`);
  const samples = [];
  const end = now() + ms * 1e6;
  for (let begin = now(); begin < end;) {
    await batch();
    const after = now();
    samples.push((after - begin) / TOGETHER / 1e3);
    begin = now();
  }
  await list.clear();
  return { samples };
});
