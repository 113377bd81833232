import { markedLines, markedNames } from './marked.mjs';

// Reads the figures back from the page of the benchmarks, so that all other pages show what stands there. Results would not do:
// a run of one question has only those of that question.

/**
 * A table: the medians of its contenders, as printed.
 *
 * @typedef {{ name: string, unit: string, better: 'lower' | 'higher', medians: ReadonlyMap<string, string> }} PrintedCase
 */

/**
 * What is printed of a question. `run` says when, on which commit and where it was measured.
 *
 * @typedef {{ question: string, run: string, cases: readonly PrintedCase[],
 *   missed: readonly { says: string, measured: string }[] }} Printed
 */

const MISSED = /^- NOT MET: (?<says>.*); measured (?<measured>.*)$/;

/** @param {string} line */
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** @param {readonly string[]} lines the table, titles first @returns {PrintedCase} */
function readCase([titles = '', , ...rows]) {
  const [title = '', ...keys] = cells(titles);
  const colon = title.lastIndexOf(': ');
  const medians = rows.map((row) => cells(row)).filter((row) => row.length > 2);
  return {
    name: title.slice(0, colon),
    unit: title.slice(colon + 2),
    better: keys.includes('p90') ? 'lower' : 'higher',
    medians: new Map(
      medians.map(([contender = '', median = '']) => [contender.replace(/ \(\d+ never\)$/, ''), median]),
    ),
  };
}

/** @param {string} question @param {readonly string[]} lines @returns {Printed} */
function readQuestion(question, lines) {
  /** @type {string[][]} */
  const tables = [];
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith('|')) continue;
    if (lines[at + 1]?.startsWith('| -')) tables.push([]); // the titles of the next one
    tables.at(-1)?.push(line);
  }
  const missed = lines.flatMap((line) => {
    const { says, measured } = MISSED.exec(line)?.groups ?? {};
    return says === undefined || measured === undefined ? [] : [{ says, measured }];
  });
  const run = lines.filter((line) => !line.startsWith('|') && !line.startsWith('- ')).join(' ');
  return { question, run, cases: tables.map(readCase), missed };
}

/**
 * All questions of the page that have been measured.
 *
 * @param {string} page
 * @param {readonly string[]} [without] markers of what is made from these figures
 */
export function readPrinted(page, without = []) {
  const names = markedNames(page).filter((name) => !without.includes(name));
  return names.map((name) => readQuestion(name, markedLines(page, name))).filter(({ run }) => run !== '');
}

/**
 * The table of a case; undefined if its question was not measured.
 *
 * @param {readonly Printed[]} printed
 * @param {string} question
 * @param {string} name
 */
export function printedCase(printed, question, name) {
  const all = printed.find((one) => one.question === question)?.cases;
  const found = all?.find((one) => one.name === name);
  if (all !== undefined && found === undefined) throw new RangeError(`${question} has no table "${name}"`);
  return found;
}
