import { format, table } from './table.mjs';

/** @import { Case, CaseResult, Figure, Lookup, Question, QuestionResult, Target } from '../question.d.ts' */

const LOWER = /** @type {const} */ (['p50', 'p90', 'p99', 'min', 'max']);
const HIGHER = /** @type {const} */ (['p50', 'min', 'max']);

/**
 * How many times as good a figure is as the base: above 1 is better, whether more or less is.
 *
 * @param {Case['better']} better
 * @param {number} figure
 * @param {number} base
 */
export function timesAsGood(better, figure, base) {
  return better === 'higher' ? figure / base : base / figure;
}

/** @param {Case} one @param {Figure} figure @param {Figure | undefined} baseline */
function cells({ better, extras = [] }, { contender, summary, extra, never, skipped, failed }, baseline) {
  if (skipped !== undefined) return [contender, 'skipped'];
  if (failed !== undefined) return [contender, 'FAILED'];
  if (summary === undefined) return [contender, 'never'];
  const base = baseline?.summary?.p50;
  const times = base === undefined ? undefined : timesAsGood(better, summary.p50, base);
  return [
    never === undefined ? contender : `${contender} (${never} never)`,
    ...(better === 'higher' ? HIGHER : LOWER).map((key) => format(summary[key])),
    ...extras.map(({ key }) => format(extra?.[key] ?? 0)),
    times === undefined ? '' : `${format(times)} ×`,
  ];
}

/**
 * The figures of a case: titles first, a row for each contender.
 *
 * @param {Question} question
 * @param {CaseResult} result
 */
export function caseRows({ cases, baseline }, result) {
  const one = cases.find(({ name }) => name === result.case);
  if (one === undefined) throw new RangeError(`There is no case "${result.case}"`);
  const keys = (one.better === 'higher' ? HIGHER : LOWER).map((key) => (key === 'p50' ? 'median' : key));
  const titles = (one.extras ?? []).map(({ title }) => title);
  const base = result.figures.find(({ contender }) => contender === baseline);
  return [
    [
      `${one.name}: ${one.unit}`,
      ...keys,
      ...titles,
      `${one.better === 'higher' ? 'as many' : one.unit === 'MiB' ? 'as little' : 'as fast'} as ${baseline}`,
    ],
    ...result.figures.map((figure) => cells(one, figure, base)),
  ];
}

/** @param {readonly CaseResult[]} results @returns {Lookup} */
function lookup(results) {
  return (name, contender, key = 'p50') => {
    const figures = results.find((result) => result.case === name)?.figures;
    if (figures === undefined) throw new RangeError(`There is no case "${name}"`);
    const figure = figures.find((one) => one.contender === contender);
    if (figure === undefined) throw new RangeError(`There is no contender "${contender}" in "${name}"`);
    return { ...figure.summary, ...figure.extra }[key];
  };
}

/** @param {readonly Target[]} targets @param {readonly CaseResult[]} results @returns {QuestionResult['targets']} */
export function judge(targets, results) {
  return targets.map(({ says, measure, atMost = Infinity, atLeast = -Infinity }) => {
    const measured = measure(lookup(results));
    return measured === undefined ? { says } : { says, measured, met: measured <= atMost && measured >= atLeast };
  });
}

/** @param {number | undefined} a @param {number | undefined} b */
export function ratio(a, b) {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** @param {number | undefined} a @param {number | undefined} b */
export function difference(a, b) {
  return a === undefined || b === undefined ? undefined : a - b;
}

/**
 * The best of several contenders in a case where more is better.
 *
 * @param {import('../question.d.ts').Lookup} of
 * @param {string} caseName
 * @param {readonly string[]} contenders
 */
export function bestOf(of, caseName, contenders) {
  const figures = contenders.map((name) => of(caseName, name)).filter((figure) => figure !== undefined);
  return figures.length === 0 ? undefined : Math.max(...figures);
}

/** @param {QuestionResult['targets'][number]} target */
export function targetLine({ says, measured, met }) {
  if (measured === undefined) return `not measured: ${says}`;
  return `${met ? 'met' : 'NOT MET'}: ${says}; measured ${format(measured)}`;
}

/** @param {Question} question @param {QuestionResult} result */
export function printReport(question, result) {
  for (const one of result.cases) {
    console.log(`\n${table(caseRows(question, one)).join('\n')}`);
    for (const { contender, skipped, failed } of one.figures) {
      if (skipped !== undefined) console.log(`${contender} was skipped: ${skipped}`);
      if (failed !== undefined) console.log(`${contender} failed: ${failed}`);
    }
  }
  console.log();
  for (const target of result.targets) console.log(targetLine(target));
}
