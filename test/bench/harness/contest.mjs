import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOver } from './clean-stage.mjs';
import { pythonVersion } from './report/machine.mjs';
import { Program } from './program.mjs';
import { median, summarize } from './report/statistics.mjs';

/** @import { Case, CaseResult, Contender, Effort, Extra, Figure, Question, Reply } from './question.d.ts' */

// What takes longer than this hangs: the longest round, that of the slowest contender, is over in seconds.
const PATIENCE_MS = 120_000;

const bench = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ contender: Contender, program?: Program, replies: Reply[], failed?: string }} Entry */

/** @param {Contender} contender */
function skipReason({ program, skip }) {
  return skip ?? (program.endsWith('.py') && pythonVersion === undefined ? 'there is no python3 here' : undefined);
}

/** @param {Contender} contender */
function startProgram({ program, args = [], env, backend, pinned = false }) {
  return new Program(path.resolve(bench, program), args, {
    launcher: pinned ? ['taskset', '-c', '0'] : [],
    env: { ...env, ...(backend === undefined ? {} : environmentOver(backend)) },
  });
}

/** @param {Program} program @param {object} request @returns {Promise<Reply>} */
async function askPatiently(program, request) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const impatience = new Promise((_, reject) => {
    timer = setTimeout(() => {
      program.kill();
      reject(new Error(`no answer within ${PATIENCE_MS / 1000} s to ${JSON.stringify(request)}`));
    }, PATIENCE_MS);
  });
  try {
    return /** @type {Reply} */ (await Promise.race([program.ask(request), impatience]));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Entry} entry @param {object} request */
async function takeTurn(entry, request) {
  if (entry.failed !== undefined) return undefined;
  try {
    entry.program ??= startProgram(entry.contender);
    return await askPatiently(entry.program, request);
  } catch (error) {
    entry.failed = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}

/** @param {readonly Reply[]} replies @param {Extra} extra */
function combine(replies, { key, combine: how }) {
  const values = replies.map(({ extra }) => extra?.[key]).filter((value) => value !== undefined);
  const combined = how === 'median' ? median(values) : how === 'max' ? Math.max(...values) : Math.min(...values);
  return /** @type {const} */ ([key, combined]);
}

/** @param {readonly (number | null)[]} samples */
const numbers = (samples) => samples.filter((sample) => sample !== null);

/** @param {Entry} entry @param {Case} one @returns {Figure} */
function figureOf({ contender: { name: contender }, replies, failed }, { extras = [] }) {
  if (failed !== undefined) return { contender, failed };
  const all = replies.flatMap(({ samples }) => samples);
  const samples = numbers(all);
  const never = all.length - samples.length;
  if (samples.length === 0) return { contender, never };
  return {
    contender,
    summary: summarize(samples),
    rounds: replies.filter((reply) => numbers(reply.samples).length > 0).map((reply) => median(numbers(reply.samples))),
    extra: Object.fromEntries(extras.map((extra) => combine(replies, extra))),
    ...(never > 0 ? { never } : {}),
  };
}

/**
 * All contenders in one case. Each round asks each of them, one at a time; another one begins each time, so that none
 * has always the same neighbours or always the moments in which the machine is busy.
 *
 * @param {Case} one
 * @param {readonly Entry[]} entries
 * @param {Effort} effort
 * @returns {Promise<CaseResult>}
 */
async function contest(one, entries, effort) {
  const { warmUps, rounds, request } = one.plans[effort];
  for (const entry of entries) entry.replies = [];
  for (let round = 0; round < warmUps + rounds; round++) {
    const first = round % Math.max(entries.length, 1);
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      const reply = await takeTurn(entry, request);
      if (reply !== undefined && round >= warmUps) entry.replies.push(reply);
    }
  }
  return { case: one.name, unit: one.unit, figures: entries.map((entry) => figureOf(entry, one)) };
}

/**
 * Holds the contest of a question in all its cases.
 *
 * @param {Question} question
 * @param {Effort} effort
 * @returns {Promise<CaseResult[]>}
 */
export async function holdContests({ contenders, cases, stage: setUp }, effort) {
  const stage = contenders.some((contender) => skipReason(contender) === undefined) ? await setUp?.() : undefined;
  try {
    const equipped = contenders.map((contender) => ({ ...contender, env: { ...contender.env, ...stage?.env } }));
    return await holdAll(equipped, cases, effort);
  } finally {
    await stage?.end();
  }
}

/**
 * @param {readonly Contender[]} contenders
 * @param {readonly Case[]} cases
 * @param {Effort} effort
 * @returns {Promise<CaseResult[]>}
 */
async function holdAll(contenders, cases, effort) {
  const results = [];
  for (const one of cases) {
    const all = contenders.filter((contender) => contender.cases?.includes(one.name) ?? true);
    const skipped = all.flatMap((contender) => {
      const skip = skipReason(contender);
      return skip === undefined ? [] : [{ contender: contender.name, skipped: skip }];
    });
    /** @type {Entry[]} */
    const entries = all
      .filter((contender) => skipReason(contender) === undefined)
      .map((contender) => ({ contender, replies: [] }));
    const result = await contest(one, entries, effort);
    await Promise.all(entries.flatMap(({ program }) => program?.stop() ?? []));
    results.push({ ...result, figures: [...result.figures, ...skipped] });
  }
  return results;
}
