import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const program = 'contenders/messages/pipe.mjs';
const SYNC = 'Pipe, sync';
const ASYNC = 'Pipe, async';
const PYTHON = 'CPython Pipe';
const SEND = 'process.send, advanced';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'messages/s',
  better: 'higher',
  plans: timedRounds({ op: 'throughput', form }),
});

/** @type {Question} */
export const pipeThroughput = {
  name: 'pipe-throughput',
  asks: 'How many messages a second pass from one process to another?',
  baseline: PYTHON,
  contenders: [
    { name: SYNC, program, args: ['sync'] },
    { name: ASYNC, program, args: ['async'] },
    { name: PYTHON, program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: SEND, program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
  ],
  cases: [caseOf('small object'), caseOf('64 KiB')],
  targets: [
    {
      says: '64 KiB: at least 4 times as many as CPython',
      measure: (of) => ratio(of('64 KiB', SYNC), of('64 KiB', PYTHON)),
      atLeast: 4,
    },
    {
      says: '64 KiB: at least 3 times as many as process.send',
      measure: (of) => ratio(of('64 KiB', SYNC), of('64 KiB', SEND)),
      atLeast: 3,
    },
  ],
};
