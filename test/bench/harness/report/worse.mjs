import { parseFigure } from '../pages/short-figure.mjs';
import { timesAsGood } from './report.mjs';
import { format } from './table.mjs';

/**
 * @import { CaseResult, Figure, Question, QuestionResult } from '../question.d.ts'
 * @import { Printed, PrintedCase } from '../pages/printed.mjs'
 * @import { Machine } from './machine.mjs'
 */

/**
 * How far the rounds of a figure lie apart, as a share of its median. Between two runs a figure that has not changed moves by as much:
 * each of the two may be off by half of it.
 *
 * @param {Figure} figure
 */
function noiseOf({ rounds = [], summary }) {
  if (summary === undefined || rounds.length === 0) return Infinity;
  return (Math.max(...rounds) - Math.min(...rounds)) / summary.p50;
}

/**
 * How many times as good a figure is as the recorded one; undefined if one of them is missing.
 *
 * @param {PrintedCase} recorded
 * @param {Figure | undefined} figure
 */
function change(recorded, figure) {
  const before = recorded.medians.get(figure?.contender ?? '');
  if (before === undefined || figure?.summary === undefined) return undefined;
  return timesAsGood(recorded.better, figure.summary.p50, parseFigure(before));
}

/**
 * @param {CaseResult} result
 * @param {PrintedCase} recorded
 * @param {string} baseline
 */
function worseIn({ case: name, figures, unit }, recorded, baseline) {
  const ofBaseline = change(
    recorded,
    figures.find(({ contender }) => contender === baseline),
  );
  return figures.flatMap((figure) => {
    const times = change(recorded, figure);
    const noise = noiseOf(figure);
    if (times === undefined || 1 / times - 1 <= noise) return [];
    const { contender, summary } = figure;
    const beside = contender === baseline || ofBaseline === undefined ? '' : `; ${baseline} ${format(ofBaseline)} ×`;
    return [
      `WORSE: ${name}, ${contender}: ${format(summary?.p50 ?? 0)} ${unit}, recorded ${recorded.medians.get(contender)}: ` +
        `${format(times)} × as good, its rounds differ by ${format(noise * 100)} %${beside}`,
    ];
  });
}

/** Whether the recorded figures are of such a machine and Node. @param {string} run @param {Machine} machine */
function isAlike(run, { cores, cpu, node }) {
  return run.includes(`${cpu}, ${cores} cores`) && run.includes(`Node ${node.split('.')[0]}.`);
}

/**
 * Which figures are worse than those that the page shows, by more than the noise of this run. The change of the baseline stands beside
 * each: where that is as much, the machine is slower.
 *
 * @param {Question} question
 * @param {QuestionResult} result
 * @param {readonly Printed[]} printed what the page shows
 * @param {Machine} machine
 * @returns {string[]} a line for each, or one that says why nothing was compared
 */
export function worseThanRecorded({ baseline }, { cases, effort, question }, printed, machine) {
  const recorded = printed.find((one) => one.question === question);
  if (recorded === undefined) return ['Not compared: the page has no figures of this question'];
  if (effort === 'quick' || recorded.run.includes('--quick'))
    return ['Not compared with the page: --quick tells no speed'];
  if (!isAlike(recorded.run, machine)) return ['Not compared: the figures of the page are of another machine or Node'];
  const lines = cases.flatMap((result) => {
    const before = recorded.cases.find(({ name }) => name === result.case);
    return before === undefined ? [] : worseIn(result, before, baseline);
  });
  return lines.length > 0 ? lines : ['No figure is worse than that of the page by more than the noise'];
}
