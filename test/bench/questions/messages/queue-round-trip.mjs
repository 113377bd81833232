import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const program = 'contenders/messages/queue.mjs';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'µs',
  better: 'lower',
  plans: timedRounds({ op: 'trips', form }),
});

/** @type {Question} */
export const queueRoundTrip = {
  name: 'queue-round-trip',
  asks: 'How long does a message take to another process and back, one at a time?',
  baseline: 'CPython Queue',
  contenders: [
    { name: 'two Queues, sync', program, args: ['sync'] },
    { name: 'two Queues, async', program, args: ['async'] },
    { name: 'CPython Queue', program: 'python/message_queue.py', args: ['queue'] },
    { name: 'CPython Pipe', program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: 'process.send, advanced', program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
    { name: 'postMessage to a worker thread', program: 'contenders/messages/post-message.mjs' },
  ],
  cases: [caseOf('small object'), caseOf('64 KiB'), caseOf('1 MiB')],
  targets: [
    {
      says: '1 MiB there and back at least 5 times as fast as by a Unix socket',
      measure: (of) => ratio(of('1 MiB', 'Unix socket, msgpackr'), of('1 MiB', 'two Queues, sync')),
      atLeast: 5,
    },
  ],
};
