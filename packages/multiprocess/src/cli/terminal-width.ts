/** How many columns there are for a line: those of `COLUMNS`, as for `ps`, or of the terminal; no limit into a pipe or a file. */
export function terminalWidth(): number {
  const given = Number(process.env['COLUMNS']);
  if (Number.isInteger(given) && given > 0) return given;
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}
