// The channel between a process and its child: process-send.mjs json | advanced. It forks itself, as the other side.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { asking, echoing } from '../../harness/contender/echo.mjs';
import { jsonMessagesOf, messagesOf } from '../../harness/contender/messages.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';

/** @import { Serializable } from 'node:child_process' */
/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */

const serialization = process.argv[2] === 'json' ? 'json' : 'advanced';
const messagesFor = serialization === 'json' ? jsonMessagesOf : messagesOf;

if (process.send !== undefined) {
  const send = process.send.bind(process);
  process.on('message', echoing(messagesFor, send));
} else {
  const child = fork(fileURLToPath(import.meta.url), [serialization], {
    serialization,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { onMessage, ready, tripAll } = asking(
    (message) => child.send(/** @type {Serializable} */ (message)),
    messagesFor,
  );
  child.on('message', onMessage);

  /** @param {OtherSideRequest} request */
  const sendAll = async ({ count, form }) => {
    const { make } = messagesFor(form);
    for (let i = 0; i < count; i++) {
      const message = /** @type {Serializable} */ (make(i));
      // false: the next one had better wait until it is written.
      if (!child.send(message) && ++i < count) {
        await new Promise((written) => child.send(/** @type {Serializable} */ (make(i)), written));
      }
    }
  };
  await serveQueue({ ready, sendAll, tripAll });
}
