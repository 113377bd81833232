const GAP = '  ';
/** A column of text is not made narrower than this. */
const MIN_WIDTH = 6;

/**
 * Formats rows of cells as lines of text, in columns as wide as their widest cell. Columns of numbers are aligned right. Control
 * characters become `?`, so that a name stays within its cell. If the lines were longer than `width`, the widest columns of text
 * are made narrower, and what does not fit is cut.
 */
export function formatTable(head: readonly string[], given: readonly (readonly string[])[], width = Infinity): string {
  const rows = given.map((cells) => cells.map((cell) => cell.replaceAll(/\p{Cc}/gu, '?')));
  const isNumeric = head.map((_, column) => rows.every((row) => /^([\d.]+( [KMG]iB| B)?|-)?$/.test(row[column] ?? '')));
  const wanted = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const widths = fitted(wanted, isNumeric, width - GAP.length * (head.length - 1));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const [room, fits] = [widths[column]!, cut(cell, widths[column]!)];
        return isNumeric[column] ? fits.padStart(room) : fits.padEnd(room);
      })
      .join(GAP)
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** Takes from the widest column of text until all fit, or none can give more. */
function fitted(widths: readonly number[], isNumeric: readonly boolean[], room: number): number[] {
  const fits = [...widths];
  for (let excess = sum(fits) - room; excess > 0; excess = sum(fits) - room) {
    const candidates = fits.map((one, i) => (isNumeric[i] ? 0 : one));
    const widest = candidates.indexOf(Math.max(...candidates));
    const next = Math.max(MIN_WIDTH, ...candidates.filter((one, i) => i !== widest && one < candidates[widest]!));
    if (candidates[widest]! <= MIN_WIDTH) break;
    // At least one column, since several may be the widest.
    fits[widest] = Math.max(next, candidates[widest]! - excess, MIN_WIDTH);
    if (fits[widest] === candidates[widest]) fits[widest]--;
  }
  return fits;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function cut(cell: string, width: number): string {
  return cell.length <= width ? cell : `${cell.slice(0, width - 1)}…`;
}
