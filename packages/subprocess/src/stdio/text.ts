import { constants } from 'node:buffer';

/** Longer output is decoded in pieces: some versions of Node fail or crash on texts that would fit into a string. */
const PIECE_BYTES = 64 * 1024 * 1024;

/** How much of a stream is collected: `maxBuffer`, or what a Buffer can hold. */
export function maxBytes({ maxBuffer = Infinity }: { readonly maxBuffer?: number | undefined }): number {
  return Math.min(maxBuffer, constants.MAX_LENGTH);
}

/**
 * The output of a program, decoded if there is an encoding. Line ends are kept.
 *
 * @returns undefined if the text is longer than a string can be
 * @throws {@link TypeError} if it is not text of the encoding, and `errors` is `'strict'`.
 */
export function decodeOutput(
  bytes: Buffer,
  encoding: string | undefined,
  errors: 'replace' | 'strict' = 'replace',
): Buffer | string | undefined {
  if (encoding === undefined) return bytes;
  const decoder = new TextDecoder(encoding, { fatal: errors === 'strict', ignoreBOM: true });
  if (bytes.length <= PIECE_BYTES) return decoder.decode(bytes);
  let text = '';
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    const piece = bytes.subarray(from, from + PIECE_BYTES);
    const more = decoder.decode(piece, { stream: from + PIECE_BYTES < bytes.length });
    if (text.length + more.length > constants.MAX_STRING_LENGTH) return undefined;
    text += more;
  }
  return text;
}

/**
 * Text in an encoding, for the input of a program.
 *
 * @throws {@link TypeError} if the encoding has no bytes for a character.
 */
export function encodeInput(input: string | Uint8Array, encoding = 'utf-8'): Uint8Array {
  if (typeof input !== 'string') return input;
  const name = new TextDecoder(encoding).encoding;
  if (name === 'utf-8') return Buffer.from(input);
  if (name === 'utf-16le') return Buffer.from(input, 'utf16le');
  const table = bytesOf(name);
  const parts = Array.from(input, (character) => {
    const code = character.charCodeAt(0);
    const bytes = code < 0x80 ? [code] : table.get(character);
    if (bytes !== undefined) return bytes;
    throw new TypeError(`${JSON.stringify(character)} has no bytes in ${name}: give the input as bytes, or in utf8`);
  });
  return Uint8Array.from(parts.flat());
}

/** The bytes of each character. The platform encodes UTF-8 only, so the table is made by decoding all codes of one and two bytes. */
function bytesOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const table = new Map<string, readonly number[]>();
  const learn = (bytes: number[]): boolean => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (Array.from(text).length === 1 && !table.has(text)) table.set(text, bytes);
      return true;
    } catch {
      return false;
    }
  };
  for (let first = 0x80; first < 0x100; first++) {
    if (learn([first])) continue;
    for (let second = 0x30; second < 0x100; second++) learn([first, second]);
  }
  return table;
}
