import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { fillMarked } from '../pages/marked.mjs';
import { machineLine } from './machine.mjs';
import { caseRows, targetLine } from './report.mjs';
import { markdownTable } from './table.mjs';

/**
 * @import { Question, QuestionResult } from '../question.d.ts'
 * @import { Machine } from './machine.mjs'
 */

const file = fileURLToPath(new URL('../../README.md', import.meta.url));

/** @param {Question} question @param {QuestionResult} result @param {Machine} machine */
function section(question, result, machine) {
  const tables = result.cases.flatMap((one) => ['', ...markdownTable(caseRows(question, one))]);
  const targets = result.targets.map((target) => `- ${targetLine(target)}`);
  const quick = result.effort === 'quick' ? ['', 'Measured with `--quick`: not to be relied upon.'] : [];
  return [machineLine(machine), ...quick, ...tables, '', ...targets];
}

/**
 * Puts the figures of a question between its markers in the README; those of other questions stay.
 *
 * @param {Question} question
 * @param {QuestionResult} result
 * @param {Machine} machine
 */
export async function writeReadme(question, result, machine) {
  const text = readFileSync(file, 'utf8');
  const body = fillMarked(text, question.name, section(question, result, machine));
  writeFileSync(file, await format(body, { ...(await resolveConfig(file)), filepath: file }));
}
