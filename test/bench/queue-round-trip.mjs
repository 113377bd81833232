import { timedRounds } from './harness/plans.mjs';

/** @import { Question } from './harness/question.d.ts' */

const program = 'contenders/queue.mjs';

/** @type {Question} */
export const queueRoundTrip = {
  name: 'queue-round-trip',
  asks: 'How long does a small object take to another process and back, one at a time?',
  baseline: 'CPython Queue',
  contenders: [
    { name: 'two Queues, sync', program, args: ['sync'] },
    { name: 'two Queues, async', program, args: ['async'] },
    { name: 'CPython Queue', program: 'python/message_queue.py', args: ['queue'] },
    { name: 'CPython Pipe', program: 'python/message_queue.py', args: ['pipe'] },
    { name: 'process.send, json', program: 'contenders/process-send.mjs', args: ['json'] },
    { name: 'process.send, advanced', program: 'contenders/process-send.mjs', args: ['advanced'] },
    { name: 'postMessage to a worker thread', program: 'contenders/post-message.mjs' },
  ],
  cases: [
    { name: 'round trip', unit: 'µs', better: 'lower', plans: timedRounds({ op: 'trips', form: 'small object' }) },
  ],
  targets: [],
};
