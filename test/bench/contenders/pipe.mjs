// Our pipe: pipe.mjs sync | async | window. It starts itself once more, as the other side, which receives and, in trips,
// sends back. `window` keeps 64 messages in flight.
import { fileURLToPath } from 'node:url';
import { Connection, Pipe } from '@multiprocess/pipe';
import { now } from '../harness/clock.mjs';
import { messagesOf } from '../harness/messages.mjs';
import { Program } from '../harness/program.mjs';
import { serveQueue } from '../harness/serve-queue.mjs';
import { serve } from '../harness/serve.mjs';

/** @import { OtherSideRequest } from '../harness/queue-request.d.ts' */
/** @import { Messages } from '../harness/messages.mjs' */

const WINDOW = 64;

const [way = '', handle] = process.argv.slice(2);
const [mine, theirs] = handle === undefined ? Pipe.duplex() : [Connection.attach(handle)];

/** @param {number} count @param {Messages} messages */
async function receiveAll(count, { check }) {
  if (way === 'sync') for (let i = 0; i < count; i++) check(mine.recvSync(), i);
  else for (let i = 0; i < count; i++) check(await mine.recv(), i);
  return now();
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
async function tripAll({ count, form }, tripped) {
  const { make, check } = messagesOf(form);
  const inFlight = way === 'window' ? WINDOW : 1;
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
  await serve((/** @type {OtherSideRequest} */ { op, form, count }, started) => {
    started();
    return op === 'trips' ? sendBackAll(count) : receiveAll(count, messagesOf(form));
  });
} else {
  const other = new Program(fileURLToPath(import.meta.url), [way, theirs.handle]);
  await serveQueue({ ready: (request) => other.begin(request), sendAll, tripAll });
}
