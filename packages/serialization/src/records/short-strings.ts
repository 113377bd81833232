/** Names, states and kinds come again and again: to find one made before takes a fifth of the time of making it. */
const REMEMBERED = 512;

// One table per thread, of the short strings that came last.
const remembered: string[] = new Array<string>(REMEMBERED).fill('');

/** The string of `length` characters of one byte each at `at`; for short ones, which come again. */
export function shortString(bytes: Uint8Array, at: number, length: number): string {
  if (length === 0) return '';
  const last = at + length - 1;
  const middle = bytes[at + (length >> 1)]!;
  const hash = (length * 5 + bytes[at]! * 131 + middle * 31 + bytes[last]! * 17) & (REMEMBERED - 1);
  const known = remembered[hash]!;
  if (known.length === length && isAt(known, bytes, at)) return known;
  return (remembered[hash] = made(bytes, at, length));
}

function isAt(known: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < known.length; i++) if (known.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

function made(bytes: Uint8Array, at: number, length: number): string {
  const codes = new Array<number>(length);
  for (let i = 0; i < length; i++) codes[i] = bytes[at + i]!;
  return String.fromCharCode.apply(null, codes);
}
