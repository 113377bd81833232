import { ratio } from '../../harness/report/report.mjs';
import { timedRounds } from '../../harness/plans.mjs';

/** @import { Case, Contender, Question, Target } from '../../harness/question.d.ts' */

/** @typedef {{ case: Case, program: string, ways: Readonly<Record<string, readonly string[]>> }} Task */

/** @type {Case['plans']} */
const kills = {
  full: { warmUps: 1, rounds: 10, request: { kills: 10 } },
  quick: { warmUps: 0, rounds: 2, request: { kills: 3 } },
};

/** @type {Case['plans']} */
const wakes = {
  full: { warmUps: 4, rounds: 11, request: { wakes: 50 } },
  quick: { warmUps: 2, rounds: 3, request: { wakes: 20 } },
};

/** @param {string} name @param {string} unit @param {Case['plans']} plans @returns {Case} */
const caseOf = (name, unit, plans) => ({ name, unit, better: 'lower', plans });

const LOCK = 'acquire + release';
const TRIP = 'a small object there and back';
const WAKE = 'set() to woken';
const TAKEOVER = 'SIGKILL to acquired';

/** @type {readonly Task[]} */
const tasks = [
  {
    case: caseOf(LOCK, 'ns', timedRounds({})),
    program: 'contenders/sync/lock-alone.mjs',
    ways: { blocking: ['sync'] },
  },
  {
    case: caseOf(TRIP, 'µs', timedRounds({ op: 'trips', form: 'small object' })),
    program: 'contenders/messages/pipe.mjs',
    ways: { blocking: ['sync'], awaiting: ['async'] },
  },
  {
    case: caseOf(WAKE, 'µs', wakes),
    program: 'contenders/sync/sync-wake.mjs',
    ways: { blocking: ['sync', 'process'], awaiting: ['async', 'process'] },
  },
  {
    case: caseOf(TAKEOVER, 'ms', kills),
    program: 'contenders/sync/lock-takeover.mjs',
    ways: { blocking: ['sync'], awaiting: ['async'] },
  },
];

/** @param {Task} task @returns {Contender[]} */
function contendersOf({ case: { name }, program, ways }) {
  return Object.entries(ways).flatMap(([way, args]) => [
    { name: `futex, ${way}`, program, args, cases: [name] },
    { name: `posix, ${way}`, program, args, cases: [name], backend: /** @type {const} */ ('posix') },
  ]);
}

/** @param {string} says @param {string} name @param {string} way @param {number} atMost @returns {Target} */
const atMostTimes = (says, name, way, atMost) => ({
  says: `${says}, as a ratio of posix to futex`,
  measure: (of) => ratio(of(name, `posix, ${way}`), of(name, `futex, ${way}`)),
  atMost,
});

/** @type {Question} */
export const backends = {
  name: 'backends',
  asks: 'What does the POSIX backend cost, where the kernel could do more?',
  baseline: 'futex, blocking',
  contenders: tasks.flatMap(contendersOf),
  cases: tasks.map((task) => task.case),
  targets: [
    atMostTimes('an uncontended lock', LOCK, 'blocking', 1.1),
    atMostTimes('a small object there and back, blocking', TRIP, 'blocking', 3),
    atMostTimes('a small object there and back, awaiting', TRIP, 'awaiting', 3),
    {
      says: 'posix: a blocked waiter has a dead holder’s lock after at most 20 ms',
      measure: (of) => of(TAKEOVER, 'posix, blocking'),
      atMost: 20,
    },
  ],
};
