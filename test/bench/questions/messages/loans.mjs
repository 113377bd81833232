import { timedRounds } from '../../harness/plans.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const OURS = 'BufferPool and Queue';
const STREAM = '1 MiB in a stream';
const TRIP = '1 MiB there and back';
const program = 'contenders/messages/loans.mjs';

/** @type {Question} */
export const loans = {
  name: 'loans',
  asks: 'How many buffers of 1 MiB pass to another process without a copy, and how long does one take there and back?',
  baseline: 'Queue, by value',
  contenders: [
    { name: OURS, program, args: ['queue'] },
    { name: 'BufferPool and Pipe', program, args: ['pipe'] },
    { name: 'Queue, by value', program: 'contenders/messages/queue.mjs', args: ['sync'] },
    { name: 'Unix socket, msgpackr', program: 'contenders/messages/unix-socket.mjs' },
  ],
  cases: [
    {
      name: STREAM,
      unit: 'messages/s',
      better: 'higher',
      plans: timedRounds({ op: 'throughput', form: '1 MiB' }),
    },
    { name: TRIP, unit: 'µs', better: 'lower', plans: timedRounds({ op: 'trips', form: '1 MiB' }) },
  ],
  targets: [
    { says: 'at least 150 000 buffers of 1 MiB a second', measure: (of) => of(STREAM, OURS), atLeast: 150_000 },
    { says: '1 MiB there and back in at most 20 µs', measure: (of) => of(TRIP, OURS), atMost: 20 },
  ],
};
