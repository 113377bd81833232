/**
 * Lines of equal columns, the first flush left and the others flush right.
 *
 * @param {readonly (readonly string[])[]} rows the first has the titles
 * @param {(cells: readonly string[]) => string} [join]
 */
export function table(rows, join = (cells) => cells.join('  ')) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    join(widths.map((width, column) => (row[column] ?? '')[column === 0 ? 'padEnd' : 'padStart'](width))).trimEnd(),
  );
}

/**
 * @param {readonly (readonly string[])[]} rows the first has the titles
 * @param {'--:' | '---'} rule of the columns after the first: flush right, for figures, or flush left
 */
export function markdownTable(rows, rule = '--:') {
  const [titles = [], ...rest] = rows;
  const rules = titles.map((_, column) => (column === 0 ? '---' : rule));
  return [titles, rules, ...rest].map((cells) => `| ${cells.join(' | ')} |`);
}

/**
 * Three significant digits, and no more zeros than one can read.
 *
 * @param {number} value
 */
export function format(value) {
  if (value >= 999_500) return `${(value / 1e6).toFixed(value >= 99.95e6 ? 0 : value >= 9.995e6 ? 1 : 2)} M`;
  if (value >= 999.5) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  if (value < 0.0995) return value === 0 ? '0' : value.toPrecision(2);
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}
