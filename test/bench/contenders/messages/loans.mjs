// Our pool of buffers, with a queue or a pipe that hands them over: loans.mjs queue | pipe. It starts itself once more, as the other
// side, which receives from one queue and, in trips, sends back through another. A buffer is written at both ends, and checked there.
import { fileURLToPath } from 'node:url';
import { BufferPool } from '@multiprocess/buffers';
import { attach } from '@multiprocess/shared-memory';
import { Pipe } from '@multiprocess/pipe';
import { Queue } from '@multiprocess/queue';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { Program } from '../../harness/program.mjs';
import { Receiving } from '../../harness/contender/receiving.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { SharedBuffer } from '@multiprocess/buffers' */
/** @import { Connection } from '@multiprocess/pipe' */
/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */
/** @typedef {{ put: (buffer: SharedBuffer) => void, get: () => SharedBuffer }} Way */

const CHUNK_BYTES = 2 ** 20;
const CHUNKS = 64;
/** As many different contents as `messagesOf` has. */
const CONTENTS = 16;
const { check } = messagesOf('1 MiB');

const [kind = '', ...handles] = process.argv.slice(2);

/** @returns {{ there: Way, back: Way, others: string[] }} */
function open() {
  if (kind === 'queue') {
    const [there, back] = handles.length > 0 ? handles.map(attach) : [new Queue(), new Queue()];
    const ways = [there, back].map((one) => {
      const queue = /** @type {Queue<SharedBuffer>} */ (one);
      return { put: queue.putSync.bind(queue), get: queue.getSync.bind(queue), handle: queue.handle };
    });
    return { there: ways[0], back: ways[1], others: ways.map(({ handle }) => handle) };
  }
  const [own, other] = handles.length > 0 ? handles.map(attach) : Pipe.duplex();
  const connection = /** @type {Connection} */ (own);
  const way = {
    put: connection.sendSync.bind(connection),
    get: () => /** @type {SharedBuffer} */ (connection.recvSync()),
  };
  return { there: way, back: way, others: other === undefined ? [] : [/** @type {Connection} */ (other).handle] };
}

const { there, back, others } = open();

if (handles.length > 0) {
  await serve((/** @type {OtherSideRequest} */ request, started) => {
    const { count, op } = request;
    started();
    if (op === 'trips') {
      for (let i = 0; i < count; i++) back.put(there.get());
      return undefined;
    }
    const receiving = new Receiving(request);
    for (let i = 0; i < count; i++) take(there, i);
    return receiving.end();
  });
} else {
  const pool = new BufferPool({ chunkSize: CHUNK_BYTES, chunks: CHUNKS });
  const other = new Program(fileURLToPath(import.meta.url), [kind, ...others]);

  /** @param {number} i */
  const send = (i) => {
    const buffer = pool.loanSync();
    buffer.bytes[0] = buffer.bytes[CHUNK_BYTES - 1] = i % CONTENTS;
    there.put(buffer);
  };
  await serveQueue({
    ready: (request) => other.begin(request),
    sendAll: ({ count }) => {
      for (let i = 0; i < count; i++) send(i);
    },
    tripAll: ({ count }, tripped) => {
      for (let i = 0; i < count; i++) {
        send(i);
        take(back, i);
        tripped();
      }
    },
  });
}

/** @param {Way} way @param {number} i */
function take(way, i) {
  const buffer = way.get();
  check(buffer.bytes, i);
  buffer.close();
}
