import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { timesAsGood } from './report.mjs';
import { format, table } from './table.mjs';

/** @import { CaseResult, Contender, Question } from '../question.d.ts' */

const BEFORE = 'before: ';
/** Shared memory may be laid out otherwise there. */
const DIRECTORY = 'MULTIPROCESS_DIR';

/**
 * The same question to some of its contenders, each once from this checkout and once from another that has been built. A
 * round asks all of them, so both have the same moments of the machine.
 *
 * @param {Question} question
 * @param {{ readonly checkout: string, readonly contender: string }} options the other checkout, and a part of the names
 * of those who take part
 * @returns {Question}
 */
export function against(question, { checkout, contender: word }) {
  const bench = path.resolve(checkout, 'test/bench');
  const segments = mkdtempSync(`${process.env[DIRECTORY]}-before-`);
  process.once('exit', () => rmSync(segments, { recursive: true, force: true }));
  const env = { [DIRECTORY]: segments };
  const contenders = question.contenders
    .filter(({ name, program }) => name.includes(word) && program.endsWith('.mjs'))
    .flatMap((contender) => [contender, before(contender, bench, env)])
    .filter(({ program }) => existsSync(path.resolve(bench, program)));
  return { ...question, contenders, targets: [] };
}

/** @param {Contender} contender @param {string} bench @param {Record<string, string>} env @returns {Contender} */
function before(contender, bench, env) {
  const { name, program } = contender;
  return { ...contender, env, name: BEFORE + name, program: path.join(bench, program) };
}

/**
 * How many times as good each contender is as it was before, in medians: above 1 is better.
 *
 * @param {Question} question
 * @param {readonly CaseResult[]} results
 */
export function changes({ cases }, results) {
  const rows = results.flatMap(({ case: name, unit, figures }) => {
    const better = cases.find((one) => one.name === name)?.better ?? 'lower';
    return figures.flatMap(({ contender, summary: after }) => {
      const old = figures.find((figure) => figure.contender === BEFORE + contender)?.summary;
      if (after === undefined || old === undefined) return [];
      const times = timesAsGood(better, after.p50, old.p50);
      return [[`${name}: ${contender}`, format(old.p50), format(after.p50), unit, `${format(times)} ×`]];
    });
  });
  return table([['medians', 'before', 'after', '', 'as good'], ...rows]).join('\n');
}
