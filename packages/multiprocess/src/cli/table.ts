const GAP = '  ';

/**
 * Formats rows of cells as lines of text, in columns as wide as their widest cell. Columns of numbers are aligned right. Control
 * characters become `?`, so that a name stays within its cell.
 */
export function formatTable(head: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((cells) => cells.map((cell) => cell.replaceAll(/\p{Cc}/gu, '?')));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const isNumeric = head.map((_, column) => rows.every((row) => /^([\d.]+( [KMG]iB| B)?|-)?$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join(GAP)
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
