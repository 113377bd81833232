// A Unix socket between a process and its child, with MessagePack behind a length. It forks itself, as the other side.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Packr, Unpackr } from 'msgpackr';
import { asking, echoing } from '../../harness/contender/echo.mjs';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';

/** @import { Socket } from 'node:net' */
/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */

const HEADER_BYTES = 4;
const packr = new Packr();
const unpackr = new Unpackr();

/** @param {Socket} socket @returns {(message: unknown) => boolean} whether there is room for more */
function sending(socket) {
  return (message) => {
    const bytes = packr.pack(message);
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(bytes.length);
    socket.cork();
    socket.write(header);
    const more = socket.write(bytes);
    process.nextTick(() => socket.uncork());
    return more;
  };
}

/** @param {Socket} socket @param {(message: unknown) => void} onMessage */
function receiving(socket, onMessage) {
  /** @type {Buffer[]} */
  let pieces = [];
  let length = 0;
  let needed = HEADER_BYTES;
  socket.on('data', (piece) => {
    pieces.push(/** @type {Buffer} */ (piece));
    length += piece.length;
    if (length < needed) return;
    const bytes = pieces.length === 1 ? /** @type {Buffer} */ (pieces[0]) : Buffer.concat(pieces);
    let at = 0;
    for (;;) {
      if (bytes.length - at < HEADER_BYTES) break;
      const end = at + HEADER_BYTES + bytes.readUInt32LE(at);
      if (end > bytes.length) break;
      onMessage(unpackr.unpack(bytes.subarray(at + HEADER_BYTES, end)));
      at = end;
    }
    pieces = at === bytes.length ? [] : [bytes.subarray(at)];
    length = bytes.length - at;
    needed = length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + bytes.readUInt32LE(at);
  });
}

const [, , address] = process.argv;
if (address !== undefined) {
  const socket = connect(address);
  receiving(socket, echoing(messagesOf, sending(socket)));
} else {
  const directory = mkdtempSync(path.join(process.env['MULTIPROCESS_BENCH_FILES'] ?? '/tmp', 'socket-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const server = createServer().listen(path.join(directory, 'socket'));
  await once(server, 'listening');
  fork(fileURLToPath(import.meta.url), [path.join(directory, 'socket')]);
  const [socket] = /** @type {[Socket]} */ (await once(server, 'connection'));
  server.close();
  const send = sending(socket);
  const { onMessage, ready, tripAll } = asking(send, messagesOf);
  receiving(socket, onMessage);

  /** @param {OtherSideRequest} request */
  const sendAll = async ({ count, form }) => {
    const { make } = messagesOf(form);
    for (let i = 0; i < count; i++) if (!send(make(i))) await once(socket, 'drain');
  };
  await serveQueue({ ready, sendAll, tripAll });
}
