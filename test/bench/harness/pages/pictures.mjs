import { readFileSync } from 'node:fs';
import { pictureFile, PLOTS } from '../report/plots.mjs';
import { printedCase } from './printed.mjs';

/** @import { Printed, PrintedCase } from './printed.mjs' */

/**
 * Which pictures of the guide show another run than the page of the benchmarks, as messages.
 *
 * @param {readonly Printed[]} printed
 */
export function pictureFaults(printed) {
  return PLOTS.flatMap(({ of, in: name, file }) => {
    const one = printedCase(printed, of, name);
    const run = printed.find(({ question }) => question === of)?.run;
    if (one === undefined || run === undefined || shows(readFileSync(pictureFile(file), 'utf8'), one, run)) return [];
    return [`${file}.svg has other figures of ${of} than are printed: "npm run bench -- ${of} --write-readme"`];
  });
}

/**
 * Whether a picture has the medians of a table, and its day and commit.
 *
 * @param {string} picture
 * @param {PrintedCase} one
 * @param {string} run
 */
export function shows(picture, { medians }, run) {
  const text = picture.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replace(/\s+/g, ' ');
  const said = /Medians: (.*?)\. ?<\/desc>/.exec(text)?.[1] ?? '';
  const wanted = [...medians].map(([contender, median]) => `${contender} ${median}`);
  const commit = /commit [^.]*/.exec(run)?.[0] ?? '';
  const sameFigures = said.split('; ').sort().join('; ') === wanted.sort().join('; ');
  return sameFigures && text.includes(run.slice(0, 10)) && text.includes(commit);
}
