import { timedRounds } from '../../harness/plans.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

/** @type {Question} */
export const queueCrowd = {
  name: 'queue-crowd',
  asks: 'How many messages a second pass from four producers to four consumers, each a process, through one queue?',
  baseline: 'CPython Queue',
  contenders: [
    { name: 'Queue, sync', program: 'contenders/messages/queue-crowd.mjs', args: ['sync'] },
    { name: 'Queue, async', program: 'contenders/messages/queue-crowd.mjs', args: ['async'] },
    { name: 'CPython Queue', program: 'python/queue_crowd.py' },
  ],
  cases: [{ name: 'small object', unit: 'messages/s', better: 'higher', plans: timedRounds({}) }],
  targets: [],
};
