import { constants } from 'node:buffer';
import type { Readable } from 'node:stream';

/**
 * Lines of a stream of bytes, without `\n` or `\r\n`. The last line needs no line end.
 *
 * @throws {@link RangeError} if a line is longer than a string can be.
 */
export async function* linesOf(stream: Readable, encoding = 'utf-8'): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let rest = '';
  for await (const chunk of stream) {
    const parts = decoder.decode(chunk as Buffer, { stream: true }).split('\n');
    parts[0] = joined(rest, parts[0] ?? '');
    rest = parts.pop() ?? '';
    for (const line of parts) yield withoutReturn(line);
  }
  rest = joined(rest, decoder.decode());
  if (rest !== '') yield withoutReturn(rest);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function joined(line: string, more: string): string {
  if (line.length + more.length <= constants.MAX_STRING_LENGTH) return line + more;
  throw new RangeError(
    `A line is longer than a string can be, ${constants.MAX_STRING_LENGTH} characters: read the stream itself instead of its lines`,
  );
}
