/** How many are remembered. A power of two. */
const REMEMBERED = 256;
/** Longer ones are rarely the same again. */
const MAX_LENGTH = 32;

/**
 * Strings that come again and again, names of methods and keys above all: finding one costs less than making it anew,
 * and it is the same object each time, so that maps find it faster, too.
 */
export class ShortStrings {
  readonly #known = new Array<string>(REMEMBERED).fill('');

  /** The string of `length` characters that are a byte each. */
  read(bytes: Uint8Array, start: number, length: number): string {
    if (length > MAX_LENGTH) return latinIn(bytes, start, length);
    let hash = length;
    for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + bytes[start + i]!) | 0;
    const place = (hash ^ (hash >>> 8)) & (REMEMBERED - 1);
    const known = this.#known[place]!;
    if (isSame(known, bytes, start, length)) return known;
    return (this.#known[place] = latinIn(bytes, start, length));
  }
}

function isSame(known: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function latinIn(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
}
