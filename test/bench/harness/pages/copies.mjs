import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { costs } from './costs.mjs';
import { frontPage } from './front-page.mjs';
import { fillMarked } from './marked.mjs';
import { missedTargets, reasonFaults } from './missed.mjs';
import { pictureFaults } from './pictures.mjs';
import { readPrinted } from './printed.mjs';
import { reasons } from './reasons.mjs';

const MISSED = 'missed targets';
const BENCHMARKS = 'test/bench/README.md';

/** @param {string} page its path from the root of the repository */
const fileOf = (page) => fileURLToPath(new URL(`../../../../${page}`, import.meta.url));
/** @param {string} page */
const read = (page) => readFileSync(fileOf(page), 'utf8');
/** What the page of the benchmarks shows now. */
export const printed = () => readPrinted(read(BENCHMARKS), [MISSED]);

/**
 * What shows figures of the page of the benchmarks, filled with those that are printed there.
 *
 * @returns {Promise<{ page: string, present: string, filled: string }[]>}
 */
async function copies() {
  const figures = printed();
  const tables = /** @type {const} */ ([
    [BENCHMARKS, MISSED, missedTargets(figures, reasons)],
    ['README.md', 'the front page', frontPage(figures)],
    ['docs/site/landing.md', 'the front page', frontPage(figures)],
    ['docs/guide/performance.md', 'what things cost', costs(figures)],
  ]);
  return Promise.all(
    tables.map(async ([page, name, lines]) => {
      const [file, present] = [fileOf(page), read(page)];
      const options = { ...(await resolveConfig(file)), filepath: file };
      return { page, present, filled: await format(fillMarked(present, name, lines), options) };
    }),
  );
}

/** Writes the pages that are out of date. Returns their names. */
export async function writeCopies() {
  const stale = (await copies()).filter(({ present, filled }) => filled !== present);
  for (const { page, filled } of stale) writeFileSync(fileOf(page), filled);
  return stale.map(({ page }) => page);
}

/** Where a copy differs from what is printed, as messages. */
export async function copyFaults() {
  const stale = (await copies()).filter(({ present, filled }) => filled !== present);
  return stale.map(({ page }) => `${page} has other figures than ${BENCHMARKS}: run "npm run snippets"`);
}

/** What only a person or another run of the benchmarks can mend, as messages. */
export function figureFaults() {
  const figures = printed();
  const quick = figures.filter(({ run }) => run.includes('--quick'));
  return [
    ...reasonFaults(figures, reasons),
    ...pictureFaults(figures),
    ...quick.map(
      ({ question }) => `${question} was measured with --quick: "npm run bench -- ${question} --write-readme"`,
    ),
  ];
}
