import { timedRounds } from '../../harness/plans.mjs';
import { bestOf, ratio } from '../../harness/report/report.mjs';

/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

const OURS = 'Queue.putSync, getSync';
const BOUNDED = 'Queue({ maxsize: 8 }), sync';
const PYTHON = 'CPython Queue';
/** What Node itself has between processes, and between threads. */
const NODES = ['process.send, json', 'process.send, advanced', 'postMessage to a worker thread'];
const program = 'contenders/messages/queue.mjs';

/** @param {Form} form @returns {Case} */
const caseOf = (form) => ({
  name: form,
  unit: 'messages/s',
  better: 'higher',
  plans: timedRounds({ op: 'throughput', form }),
});

/** @type {Question} */
export const queueThroughput = {
  name: 'queue-throughput',
  asks: 'How many messages a second pass from one producer to one consumer in another process?',
  baseline: PYTHON,
  contenders: [
    { name: OURS, program, args: ['sync'] },
    { name: 'Queue.putSync, await get', program, args: ['async-consumer'] },
    { name: 'await Queue.put, await get', program, args: ['async'] },
    { name: 'Queue.putManySync, getManySync', program, args: ['many'] },
    { name: BOUNDED, program, args: ['sync', '--maxsize=8'] },
    { name: PYTHON, program: 'python/message_queue.py', args: ['queue'] },
    { name: 'CPython Pipe', program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: 'process.send, advanced', program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
    { name: 'postMessage to a worker thread', program: 'contenders/messages/post-message.mjs' },
  ],
  cases: [caseOf('integer'), caseOf('small object'), caseOf('1 KiB'), caseOf('64 KiB'), caseOf('1 MiB')],
  targets: [
    {
      says: 'at least 1.5 M small objects a second',
      measure: (of) => of('small object', OURS),
      atLeast: 1.5e6,
    },
    {
      says: 'at least 6 times as many small objects as CPython’s Queue',
      measure: (of) => ratio(of('small object', OURS), of('small object', PYTHON)),
      atLeast: 6,
    },
    {
      says: 'at least 4 times as many small objects as the best of Node’s own channels',
      measure: (of) => ratio(of('small object', OURS), bestOf(of, 'small object', NODES)),
      atLeast: 4,
    },
    {
      says: 'at least 4 times as many buffers of 64 KiB as CPython’s Queue',
      measure: (of) => ratio(of('64 KiB', OURS), of('64 KiB', PYTHON)),
      atLeast: 4,
    },
    {
      says: 'a buffer of 64 KiB takes at most 1.3 times as long as through a queue of maxsize 8',
      measure: (of) => ratio(of('64 KiB', BOUNDED), of('64 KiB', OURS)),
      atMost: 1.3,
    },
    {
      says: 'at least 3 times as many buffers of 64 KiB as process.send',
      measure: (of) => ratio(of('64 KiB', OURS), of('64 KiB', 'process.send, advanced')),
      atLeast: 3,
    },
  ],
};
