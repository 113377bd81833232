import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const QUEUE = 'Queue, await get';
const PIPE = 'Pipe, await recv';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'ms',
  better: 'lower',
  plans: timedRounds({ op: 'timers', form }),
  extras: [{ key: 'rate', title: 'messages/s', combine: 'median' }],
});

/** @type {Question} */
export const queueTimers = {
  name: 'queue-timers',
  asks: 'How late are timers of 10 ms where messages arrive as fast as another process can send them?',
  baseline: 'process.send, advanced',
  contenders: [
    { name: QUEUE, program: 'contenders/messages/queue.mjs', args: ['async-consumer'] },
    { name: PIPE, program: 'contenders/messages/pipe.mjs', args: ['async'] },
    { name: 'process.send, advanced', program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
    { name: 'postMessage to a worker thread', program: 'contenders/messages/post-message.mjs' },
  ],
  cases: [caseOf('small object'), caseOf('64 KiB')],
  targets: [
    { says: 'Queue: within 20 ms, 99 of 100', measure: (of) => of('small object', QUEUE, 'p99'), atMost: 20 },
    { says: 'Pipe: within 20 ms, 99 of 100', measure: (of) => of('small object', PIPE, 'p99'), atMost: 20 },
  ],
};
