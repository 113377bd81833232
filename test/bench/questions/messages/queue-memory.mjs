/** @import { Case, Question } from '../../harness/question.d.ts' */
/** @import { Form } from '../../harness/contender/messages.mjs' */

/** @param {Form} form @param {number} count @returns {Case} */
const caseOf = (form, count) => {
  const plan = { warmUps: 0, rounds: 3, request: { op: 'memory', form, count } };
  return { name: form, unit: 'MiB', better: 'lower', plans: { full: plan, quick: { ...plan, rounds: 1 } } };
};

/** @type {Question} */
export const queueMemory = {
  name: 'queue-memory',
  asks: 'How much memory do producer and consumer have at most, together, while messages pass as fast as they can?',
  baseline: 'CPython Queue',
  contenders: [
    { name: 'Queue, sync', program: 'contenders/messages/queue.mjs', args: ['sync'] },
    { name: 'Queue, async', program: 'contenders/messages/queue.mjs', args: ['async'] },
    { name: 'Pipe, async', program: 'contenders/messages/pipe.mjs', args: ['async'] },
    { name: 'CPython Queue', program: 'python/message_queue.py', args: ['queue'] },
    { name: 'process.send, json', program: 'contenders/messages/process-send.mjs', args: ['json'] },
    { name: 'process.send, advanced', program: 'contenders/messages/process-send.mjs', args: ['advanced'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
    { name: 'postMessage to a worker thread', program: 'contenders/messages/post-message.mjs' },
  ],
  cases: [caseOf('small object', 200_000), caseOf('64 KiB', 4_000), caseOf('1 MiB', 250)],
  targets: [],
};
