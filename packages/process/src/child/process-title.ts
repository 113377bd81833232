const GIVES_TITLE = /(^|\s)--title(=|\s|$)/;
/** As most names are: then no table of all characters is made for {@link withoutControl}. */
const PRINTABLE = /^[ -~]*$/;

/**
 * Lets `ps`, `list` and `why-blocked` show which child this is: `node: Process-2 (square)`. The title takes the place of the
 * command line, which is that of every child. A `--title` of the user stays. Not on macOS, where a title costs tens of
 * milliseconds.
 */
export function showTitle(name: string, task: string | undefined): void {
  if (process.platform === 'darwin') return;
  if (GIVES_TITLE.test(`${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`)) return;
  const what = task === undefined || task === '' ? name : `${name} (${task})`;
  process.title = `node: ${PRINTABLE.test(what) ? what : withoutControl(what)}`;
}

function withoutControl(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ');
}
