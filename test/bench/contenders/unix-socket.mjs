// What one would write instead: a Unix socket with msgpackr, each message behind its length. It starts itself once more,
// as the other side: unix-socket.mjs [path].
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { pack, unpack } from 'msgpackr';
import { asking, echoing } from '../harness/echo.mjs';
import { messagesOf } from '../harness/messages.mjs';
import { serveQueue } from '../harness/serve-queue.mjs';

/** @import { Socket } from 'node:net' */
/** @import { OtherSideRequest } from '../harness/queue-request.d.ts' */

/** @param {Socket} socket @param {unknown} message @returns {boolean} false: the next one had better wait */
function send(socket, message) {
  const bytes = pack(message);
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(bytes.length);
  socket.cork();
  socket.write(head);
  const hasRoom = socket.write(bytes);
  socket.uncork();
  return hasRoom;
}

/** @param {Socket} socket @param {(message: unknown) => void} onMessage */
function receive(socket, onMessage) {
  /** @type {Buffer[]} */
  let pieces = [];
  let length = 0;
  socket.on('data', (piece) => {
    pieces.push(piece);
    length += piece.length;
    const [first] = pieces;
    if (first !== undefined && first.length >= 4 && length < 4 + first.readUInt32LE(0)) return;
    let all = Buffer.concat(pieces);
    while (all.length >= 4 && all.length >= 4 + all.readUInt32LE(0)) {
      const end = 4 + all.readUInt32LE(0);
      onMessage(unpack(all.subarray(4, end)));
      all = all.subarray(end);
    }
    pieces = all.length > 0 ? [all] : [];
    length = all.length;
  });
}

const address = process.argv[2];
if (address !== undefined) {
  const socket = connect(address);
  receive(
    socket,
    echoing(messagesOf, (message) => send(socket, message)),
  );
} else {
  const where = path.join(tmpdir(), `bench-${process.pid}.sock`);
  const server = createServer().listen(where);
  await once(server, 'listening');
  spawn(process.execPath, [fileURLToPath(import.meta.url), where], { stdio: 'inherit' }).unref();
  const [socket] = /** @type {[Socket]} */ (await once(server, 'connection'));
  server.close();
  const { onMessage, ready, tripAll } = asking((message) => send(socket, message), messagesOf);
  receive(socket, onMessage);

  /** @param {OtherSideRequest} request */
  const sendAll = async ({ count, form }) => {
    const { make } = messagesOf(form);
    for (let i = 0; i < count; i++) if (!send(socket, make(i))) await once(socket, 'drain');
  };
  await serveQueue({ ready, sendAll, tripAll });
}
