import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const ASYNC = 'Pipe, async';
const SEND = 'process.send, advanced';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'round trips/s',
  better: 'higher',
  plans: timedRounds({ op: 'flight', form }),
});

/** @type {Question} */
export const pipeInFlight = {
  name: 'pipe-in-flight',
  asks: 'How many messages a second go to another process and back, with 64 on their way at the same time?',
  baseline: 'CPython Pipe',
  contenders: [
    { name: 'Pipe, sync', program: 'contenders/messages/pipe.mjs', args: ['sync'] },
    { name: ASYNC, program: 'contenders/messages/pipe.mjs', args: ['async'] },
    { name: 'two Queues, async', program: 'contenders/messages/queue.mjs', args: ['async'] },
    { name: 'CPython Pipe', program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: SEND, program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
    { name: 'postMessage to a worker thread', program: 'contenders/messages/post-message.mjs' },
  ],
  cases: [caseOf('small object'), caseOf('1 KiB')],
  targets: [
    {
      says: 'small objects, async: at least 2.5 times as many as process.send',
      measure: (of) => ratio(of('small object', ASYNC), of('small object', SEND)),
      atLeast: 2.5,
    },
    {
      says: 'small objects, async: at least 900 000 a second',
      measure: (of) => of('small object', ASYNC),
      atLeast: 900_000,
    },
  ],
};
