import type { Command } from './popen-options.js';
import { onOneLine, quotedOnOneLine } from './shell-quote.js';

/** A longer command is cut: what matters stands at its beginning. */
const MAX_LENGTH = 500;

/** A command for a message: on one line, between backquotes, and quoted as a shell would have it. */
export function shownCommand(command: Command): string {
  const text = typeof command === 'string' ? onOneLine(command) : command.map(quotedOnOneLine).join(' ');
  return `\`${text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text}\``;
}
