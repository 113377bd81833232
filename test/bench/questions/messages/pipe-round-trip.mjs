import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const program = 'contenders/messages/pipe.mjs';
const SYNC = 'Pipe, sync';
const ASYNC = 'Pipe, async';
const PYTHON = 'CPython Pipe';
const SEND = 'process.send, advanced';
const SOCKET = 'Unix socket, msgpackr';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'µs',
  better: 'lower',
  plans: timedRounds({ op: 'trips', form }),
});

/** @type {Question} */
export const pipeRoundTrip = {
  name: 'pipe-round-trip',
  asks: 'How long does a message take to another process and back, one at a time?',
  baseline: PYTHON,
  contenders: [
    { name: SYNC, program, args: ['sync'] },
    { name: ASYNC, program, args: ['async'] },
    { name: PYTHON, program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: SEND, program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: SOCKET, program: 'contenders/messages/unix-socket.mjs' },
  ],
  cases: [caseOf('small object'), caseOf('64 KiB'), caseOf('1 MiB')],
  targets: [
    { says: 'a small object, sync: at most 4 µs', measure: (of) => of('small object', SYNC), atMost: 4 },
    {
      says: 'a small object, sync: at most a tenth of CPython’s time',
      measure: (of) => ratio(of('small object', SYNC), of('small object', PYTHON)),
      atMost: 0.1,
    },
    {
      says: 'a small object, async: at most a fifth of process.send’s time',
      measure: (of) => ratio(of('small object', ASYNC), of('small object', SEND)),
      atMost: 0.2,
    },
    {
      says: '1 MiB, sync: at most a fifth of the time of a Unix socket',
      measure: (of) => ratio(of('1 MiB', SYNC), of('1 MiB', SOCKET)),
      atMost: 0.2,
    },
  ],
};
