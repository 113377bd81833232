import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { plot } from './plot.mjs';

/**
 * @import { Question, QuestionResult } from '../question.d.ts'
 * @import { Machine } from './machine.mjs'
 */

/** What the guide shows: of which question and case, under which title, in which file. */
export const PLOTS = [
  { of: 'lock-contended', in: 'empty section', title: 'Two processes contend for a lock', file: 'bench-lock' },
  { of: 'queue-throughput', in: 'small object', title: 'Small objects from process to process', file: 'bench-queue' },
  { of: 'pipe-round-trip', in: 'small object', title: 'A small object there and back', file: 'bench-pipe' },
  { of: 'pool-tasks', in: 'no-op, 256 in flight', title: 'Tasks that do nothing, two workers', file: 'bench-pool' },
  { of: 'manager-calls', in: 'dict set', title: 'Setting an entry of a shared dict', file: 'bench-manager' },
];

/** @param {string} name */
export function pictureFile(name) {
  return fileURLToPath(new URL(`../../../../docs/guide/images/${name}.svg`, import.meta.url));
}

/**
 * Draws what the guide shows of a question; of the others nothing.
 *
 * @param {Question} question
 * @param {QuestionResult} result
 * @param {Machine} machine
 */
export async function writePlots(question, result, machine) {
  for (const { of, in: name, title, file } of PLOTS) {
    const one = question.cases.find((it) => it.name === name);
    const figures = result.cases.find((it) => it.case === name);
    if (question.name !== of || one === undefined || figures === undefined) continue;
    const path = pictureFile(file);
    const picture = plot(title, one, figures, machine);
    writeFileSync(path, await format(picture, { ...(await resolveConfig(path)), parser: 'html' }));
  }
}
