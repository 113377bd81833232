import { markdownTable } from '../report/table.mjs';

/**
 * A table whose rows may be of several runs. If they are of one, a line above says of which; else each row says so in a
 * column.
 *
 * @param {readonly string[]} titles
 * @param {readonly { cells: readonly string[], run: string }[]} rows
 */
export function tableOfRuns(titles, rows) {
  const [run, ...others] = new Set(rows.map((row) => row.run).filter((one) => one !== ''));
  if (run === undefined) return ['Nothing of this has been measured.'];
  if (others.length === 0) return [run, '', ...markdownTable([titles, ...rows.map(({ cells }) => cells)], '---')];
  const rowsWithRun = rows.map((row) => [...row.cells, whenAndWhat(row.run)]);
  return markdownTable([[...titles, 'Measured on'], ...rowsWithRun], '---');
}

/** The date and the commit of a run, and what makes it unreliable. @param {string} run */
function whenAndWhat(run) {
  return run.split('. ')[0] + (run.includes('--quick') ? ', with `--quick`' : '');
}
