/** What a POSIX shell takes as it is. */
const PLAIN = /^[\w@%+=:,./-]+$/;
/** What would break a line, or not be seen, in a message. */
const CONTROL = /\p{C}/u;

/** A word as a POSIX shell reads it: as it is, or in single quotes. */
export function shellQuote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A word as `bash` reads it, on one line. */
export function quotedOnOneLine(word: string): string {
  return CONTROL.test(word) ? `$'${escaped(word).replaceAll("'", "\\'")}'` : shellQuote(word);
}

/** The text on one line: what would break it is written as `$'…'` of `bash` has it. */
export function onOneLine(text: string): string {
  return CONTROL.test(text) ? escaped(text) : text;
}

function escaped(text: string): string {
  const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return text.replaceAll('\\', '\\\\').replaceAll(/\p{C}/gu, (character) => {
    return short[character] ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}
