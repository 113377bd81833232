// npm run bench                    all questions
// npm run bench -- lock            those whose name contains "lock"
// npm run bench -- --quick         short rounds: whether it works, not how fast it is
// npm run bench -- --json FILE     the results there, instead of in results/
// npm run bench -- --write-readme  the figures into README.md, too, and from there into all pages and pictures that show some
// npm run bench -- --help           this, and the questions
// npm run bench -- --strict        exit code 1 if a target is not met
// npm run bench -- pool --against FOLDER --contender Pool
//                                  this checkout beside another one that was built, in the same rounds
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { against, changes } from './harness/report/against.mjs';
import { figureFaults, printed, writeCopies } from './harness/pages/copies.mjs';
import { cleanStage } from './harness/clean-stage.mjs';
import { holdContests } from './harness/contest.mjs';
import { describeMachine, machineLine } from './harness/report/machine.mjs';
import { writePlots } from './harness/report/plots.mjs';
import { writeReadme } from './harness/report/readme.mjs';
import { judge, printReport } from './harness/report/report.mjs';
import { worseThanRecorded } from './harness/report/worse.mjs';
import { backends } from './questions/sync/backends.mjs';
import { lockContended } from './questions/sync/lock-contended.mjs';
import { lockTakeover } from './questions/sync/lock-takeover.mjs';
import { lockUncontended } from './questions/sync/lock-uncontended.mjs';
import { mapFetch } from './questions/map/map-fetch.mjs';
import { mapReaders } from './questions/map/map-readers.mjs';
import { sharedMap } from './questions/map/shared-map.mjs';
import { importing } from './questions/work/import.mjs';
import { managerCalls } from './questions/work/manager-calls.mjs';
import { poolMap } from './questions/work/pool-map.mjs';
import { poolStart } from './questions/work/pool-start.mjs';
import { poolTasks } from './questions/work/pool-tasks.mjs';
import { processStart } from './questions/work/process-start.mjs';
import { loans } from './questions/messages/loans.mjs';
import { pipeInFlight } from './questions/messages/pipe-in-flight.mjs';
import { pipeOneCore } from './questions/messages/pipe-one-core.mjs';
import { pipeRoundTrip } from './questions/messages/pipe-round-trip.mjs';
import { pipeThroughput } from './questions/messages/pipe-throughput.mjs';
import { queueCrowd } from './questions/messages/queue-crowd.mjs';
import { queueMemory } from './questions/messages/queue-memory.mjs';
import { queueRoundTrip } from './questions/messages/queue-round-trip.mjs';
import { queueThroughput } from './questions/messages/queue-throughput.mjs';
import { queueTimers } from './questions/messages/queue-timers.mjs';
import { manyHosts } from './questions/redis/many-hosts.mjs';
import { redisLocks } from './questions/redis/redis-locks.mjs';
import { redisQueues } from './questions/redis/redis-queues.mjs';
import { subprocess } from './questions/work/subprocess.mjs';
import { syncContended } from './questions/sync/sync-contended.mjs';
import { syncCreate } from './questions/sync/sync-create.mjs';
import { syncFairness } from './questions/sync/sync-fairness.mjs';
import { syncUncontended } from './questions/sync/sync-uncontended.mjs';
import { syncWake } from './questions/sync/sync-wake.mjs';

/** @import { Effort, Question, QuestionResult } from './harness/question.d.ts' */

const questions = [
  lockUncontended,
  lockContended,
  lockTakeover,
  syncUncontended,
  syncCreate,
  syncContended,
  syncWake,
  syncFairness,
  backends,
  queueThroughput,
  queueRoundTrip,
  queueCrowd,
  queueTimers,
  queueMemory,
  loans,
  sharedMap,
  mapReaders,
  mapFetch,
  managerCalls,
  pipeThroughput,
  pipeRoundTrip,
  pipeInFlight,
  pipeOneCore,
  importing,
  processStart,
  poolTasks,
  poolMap,
  poolStart,
  subprocess,
  redisLocks,
  redisQueues,
  manyHosts,
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    'write-readme': { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    against: { type: 'string' },
    contender: { type: 'string', default: '' },
  },
});

if (options.help) {
  const [usage] = readFileSync(import.meta.filename, 'utf8').split('\nimport');
  console.log(
    `${usage?.replaceAll(/^\/\/ ?/gm, '')}\n\nThe questions: ${questions.map(({ name }) => name).join(', ')}`,
  );
  process.exit();
}

/** @param {string} word */
function questionsNamed(word) {
  const found = questions.filter(({ name }) => name.includes(word));
  if (found.length > 0) return found;
  throw new RangeError(`No question "${word}"; there are ${questions.map(({ name }) => name).join(', ')}`);
}

/** @param {Question} question @param {Effort} effort @returns {Promise<QuestionResult>} */
async function answer(question, effort) {
  console.log(`\n${question.name}\n${question.asks}`);
  const cases = await holdContests(question, effort);
  return { question: question.name, effort, cases, targets: judge(question.targets, cases) };
}

const chosen = positionals.length === 0 ? questions : [...new Set(positionals.flatMap(questionsNamed))];
const machine = describeMachine();
console.log(machineLine(machine));
if ((machine.loadAverage[0] ?? 0) > machine.cores / 4) {
  console.log('This machine is busy with something else: do not rely on these figures.');
}

const { against: checkout, contender } = options;
if (checkout !== undefined && options['write-readme']) {
  throw new RangeError('--write-readme writes the figures of all contenders: it cannot go with --against');
}

const recorded = printed(); // before this run writes its own there
const endStage = cleanStage();
const results = [];
for (const named of chosen) {
  const question = checkout === undefined ? named : against(named, { checkout, contender });
  const result = await answer(question, options.quick ? 'quick' : 'full');
  printReport(question, result);
  if (checkout !== undefined) console.log(changes(question, result.cases));
  else for (const line of worseThanRecorded(question, result, recorded, machine)) console.log(line);
  if (options['write-readme']) {
    await writeReadme(question, result, machine);
    await writePlots(question, result, machine);
  }
  results.push(result);
}

const file =
  options.json ?? fileURLToPath(new URL(`results/${machine.date.replaceAll(':', '-')}.json`, import.meta.url));
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
console.log(`\nWritten to ${path.relative(process.cwd(), file)}`);

if (options['write-readme']) {
  for (const page of await writeCopies()) console.log(`Updated ${page}`);
  for (const fault of figureFaults()) console.error(fault);
}

const left = await endStage();
if (left !== '') console.error(`\nLEFT BEHIND:\n${left}`);
const failed = results.some(({ cases }) =>
  cases.some(({ figures }) => figures.some((figure) => figure.failed !== undefined)),
);
const missed = results.some(({ targets }) => targets.some(({ met }) => met === false));
if (left !== '' || failed || (options.strict && missed)) process.exitCode = 1;
