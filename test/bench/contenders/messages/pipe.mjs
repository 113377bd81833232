// Our pipe: pipe.mjs sync | async. It starts itself once more, as the other side, which receives and, in trips, sends back.
import { fileURLToPath } from 'node:url';
import { Connection, Pipe } from '@multiprocess/pipe';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { Program } from '../../harness/program.mjs';
import { Receiving } from '../../harness/contender/receiving.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */

const [way = '', handle] = process.argv.slice(2);
const [mine, theirs] = handle === undefined ? Pipe.duplex() : [Connection.attach(handle)];

/** @param {OtherSideRequest} request */
async function receiveAll(request) {
  const { count, form } = request;
  const { check } = messagesOf(form);
  const receiving = new Receiving(request);
  if (way === 'sync') for (let i = 0; i < count; i++) check(mine.recvSync(), i);
  else for (let i = 0; i < count; i++) check(await mine.recv(), i);
  return receiving.end();
}

/** @param {number} count */
async function sendBackAll(count) {
  if (way === 'sync') for (let i = 0; i < count; i++) mine.sendSync(mine.recvSync());
  else for (let i = 0; i < count; i++) await mine.send(await mine.recv());
}

/** @param {OtherSideRequest} request */
async function sendAll({ count, form }) {
  const { make } = messagesOf(form);
  if (way === 'sync') for (let i = 0; i < count; i++) mine.sendSync(make(i));
  else for (let i = 0; i < count; i++) await mine.send(make(i));
}

/** @param {OtherSideRequest} request @param {() => void} tripped */
async function tripAll({ count, form, inFlight }, tripped) {
  const { make, check } = messagesOf(form);
  let sent = 0;
  for (let i = 0; i < count; i++) {
    while (sent < count && sent < i + inFlight) {
      if (way === 'sync') mine.sendSync(make(sent++));
      else await mine.send(make(sent++));
    }
    check(way === 'sync' ? mine.recvSync() : await mine.recv(), i);
    tripped();
  }
}

if (theirs === undefined) {
  await serve((/** @type {OtherSideRequest} */ request, started) => {
    started();
    return request.op === 'trips' ? sendBackAll(request.count) : receiveAll(request);
  });
} else {
  const other = new Program(fileURLToPath(import.meta.url), [way, theirs.handle]);
  await serveQueue({ ready: (request) => other.begin(request), sendAll, tripAll });
}
