// Our queue: queue.mjs sync | async-consumer | async | many [--maxsize=8]. It starts itself once more, as the other side, which
// receives from one queue and, in trips, sends back through another.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Queue } from '@multiprocess/queue';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { Program } from '../../harness/program.mjs';
import { Receiving } from '../../harness/contender/receiving.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */

const BATCH = 64;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { maxsize: { type: 'string' } } });
const [way = '', thereHandle, backHandle] = positionals;
const options = values.maxsize === undefined ? {} : { maxsize: Number(values.maxsize) };
/** @type {Queue} */
const there = thereHandle === undefined ? new Queue(options) : Queue.attach(thereHandle);
/** @type {Queue} */
const back = backHandle === undefined ? new Queue(options) : Queue.attach(backHandle);

/** @param {OtherSideRequest} request */
async function receiveAll(request) {
  const { count, form } = request;
  const { check } = messagesOf(form);
  const receiving = new Receiving(request);
  if (way === 'sync') for (let i = 0; i < count; i++) check(there.getSync(), i);
  else if (way !== 'many') for (let i = 0; i < count; i++) check(await there.get(), i);
  else for (let i = 0; i < count;) for (const message of there.getManySync(BATCH)) check(message, i++);
  return receiving.end();
}

/** @param {number} count */
async function sendBackAll(count) {
  if (way === 'sync') for (let i = 0; i < count; i++) back.putSync(there.getSync());
  else for (let i = 0; i < count; i++) await back.put(await there.get());
}

/** @param {OtherSideRequest} request */
async function sendAll({ count, form }) {
  const { make } = messagesOf(form);
  if (way === 'many') {
    for (let i = 0; i < count; i += BATCH) {
      there.putManySync(Array.from({ length: Math.min(BATCH, count - i) }, (_, k) => make(i + k)));
    }
  } else if (way === 'async') for (let i = 0; i < count; i++) await there.put(make(i));
  else for (let i = 0; i < count; i++) there.putSync(make(i));
}

/** @param {OtherSideRequest} request @param {() => void} tripped */
async function tripAll({ count, form, inFlight }, tripped) {
  const { make, check } = messagesOf(form);
  let sent = 0;
  for (let i = 0; i < count; i++) {
    while (sent < count && sent < i + inFlight) {
      if (way === 'sync') there.putSync(make(sent++));
      else await there.put(make(sent++));
    }
    check(way === 'sync' ? back.getSync() : await back.get(), i);
    tripped();
  }
}

if (thereHandle !== undefined) {
  await serve((/** @type {OtherSideRequest} */ request, started) => {
    started();
    return request.op === 'trips' ? sendBackAll(request.count) : receiveAll(request);
  });
} else {
  const other = new Program(fileURLToPath(import.meta.url), [way, there.handle, back.handle]);
  await serveQueue({ ready: (request) => other.begin(request), sendAll, tripAll });
}
