// The port between a thread and its worker, which is no way between processes. It starts itself, as the other side.
import { parentPort, Worker } from 'node:worker_threads';
import { asking, echoing } from '../../harness/contender/echo.mjs';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { serveQueue } from '../../harness/contender/serve-queue.mjs';

/** @import { Form } from '../../harness/contender/messages.mjs' */
/** @import { OtherSideRequest } from '../../harness/contender/queue-request.d.ts' */

// A port takes all it is given, at the price of memory; so many are under way at most, a quarter confirmed at a time.
/** @type {Record<Form, number>} */
const WINDOW = { integer: 4096, 'small object': 4096, '1 KiB': 4096, '64 KiB': 256, '1 MiB': 16 };

if (parentPort !== null) {
  const port = parentPort;
  /** @type {Form} */
  let form;
  const echo = echoing(
    (asked) => messagesOf((form = asked)),
    (message) => port.postMessage(message),
    (seen) => seen % (WINDOW[form] / 4) === 0 && port.postMessage('confirmed'),
  );
  port.on('message', echo);
} else {
  const worker = new Worker(new URL(import.meta.url));
  const { onMessage, ready, tripAll } = asking((message) => worker.postMessage(message), messagesOf);
  let confirmed = 0;
  /** @type {(() => void) | undefined} */
  let onConfirmed;
  worker.on('message', (message) => {
    if (message === 'confirmed') {
      confirmed++;
      onConfirmed?.();
    } else onMessage(message);
  });

  /** @param {OtherSideRequest} request */
  const sendAll = async ({ count, form }) => {
    const { make } = messagesOf(form);
    confirmed = 0;
    for (let i = 0; i < count; i++) {
      while (i - (confirmed * WINDOW[form]) / 4 >= WINDOW[form]) {
        await new Promise((resolve) => (onConfirmed = () => resolve(undefined)));
      }
      worker.postMessage(make(i));
    }
  };
  await serveQueue({ ready, sendAll, tripAll });
}
