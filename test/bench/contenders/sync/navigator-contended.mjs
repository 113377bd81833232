// Two threads want the same lock of navigator.locks, which does not reach beyond a process.
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads';
import { now, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { contend, replyOf } from '../../harness/contender/contend.mjs';
import { requestLock } from '../../harness/contender/request-lock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { Outcome, Stretch } from '../../harness/contender/contend.mjs' */

const last = new Int32Array(isMainThread ? new SharedArrayBuffer(64) : workerData);

/** @param {Stretch} stretch */
const compete = (stretch) => contend((section) => requestLock('bench', section), stretch, last, threadId + 1);

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (/** @type {Stretch} */ stretch) => {
    void compete(stretch).then((outcome) => port.postMessage(outcome));
  });
} else {
  const other = new Worker(new URL(import.meta.url), { workerData: last.buffer });
  /** @param {Stretch} stretch @returns {Promise<Outcome>} */
  const ask = (stretch) => {
    other.postMessage(stretch);
    return new Promise((resolve) => other.once('message', resolve));
  };
  await ask({ start: 0, end: 0, watched: false }); // it is there
  await serve(async (/** @type {{ ms: number, watched: boolean }} */ { ms, watched }) => {
    const start = now() + START_MARGIN_NS;
    const stretch = { start, end: start + ms * 1e6, watched };
    const theirs = ask(stretch);
    return replyOf([await compete(stretch), await theirs]);
  });
}
