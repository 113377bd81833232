import { existsSync } from 'node:fs';
import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Contender, Question } from '../../harness/question.d.ts' */

const SYNC = 'Pipe, sync';
const ASYNC = 'Pipe, async';
const SEND = 'process.send, advanced';
const skip = existsSync('/usr/bin/taskset') ? undefined : 'there is no taskset here';

/** @param {string} name @param {string} program @param {readonly string[]} [args] @returns {Contender} */
const onOneCore = (name, program, args = []) => ({ name, program, args, pinned: true, skip });

/** @type {Question} */
export const pipeOneCore = {
  name: 'pipe-one-core',
  asks: 'How long does a round trip take where both sides have to share one core, one at a time?',
  baseline: SEND,
  contenders: [
    onOneCore(SYNC, 'contenders/messages/pipe.mjs', ['sync']),
    onOneCore(ASYNC, 'contenders/messages/pipe.mjs', ['async']),
    onOneCore('CPython Pipe', 'python/message_queue.py', ['pipe']),
    onOneCore('process.send, json', 'contenders/messages/process-send.mjs', ['json']),
    onOneCore(SEND, 'contenders/messages/process-send.mjs', ['advanced']),
    onOneCore('Unix socket, msgpackr', 'contenders/messages/unix-socket.mjs'),
  ],
  cases: [
    { name: 'small object', unit: 'µs', better: 'lower', plans: timedRounds({ op: 'trips', form: 'small object' }) },
  ],
  targets: [
    {
      says: 'sync: no slower than process.send',
      measure: (of) => ratio(of('small object', SYNC), of('small object', SEND)),
      atMost: 1,
    },
    {
      says: 'async: no slower than process.send',
      measure: (of) => ratio(of('small object', ASYNC), of('small object', SEND)),
      atMost: 1,
    },
  ],
};
