/** A power of two. Two keys of one place push each other out, which costs time and nothing else. */
const PLACES = 1_024;

interface Entry {
  readonly bytes: Uint8Array;
  readonly key: string;
}

/** Property names that were decoded lately: comparing their bytes is faster than making the string again. */
export class KeyCache {
  readonly #entries: (Entry | undefined)[] = new Array<Entry | undefined>(PLACES).fill(undefined);

  find(bytes: Uint8Array, at: number, length: number): string | undefined {
    const entry = this.#entries[place(bytes, at, length)];
    if (entry === undefined) return undefined;
    const known = entry.bytes;
    if (known.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (known[i] !== bytes[at + i]) return undefined;
    return entry.key;
  }

  add(bytes: Uint8Array, at: number, length: number, text: string): string {
    // As a property name V8 keeps each string once, and finds properties by that one fastest.
    const key = Object.keys({ [text]: 0 })[0] ?? text;
    this.#entries[place(bytes, at, length)] = { bytes: new Uint8Array(bytes.subarray(at, at + length)), key };
    return key;
  }
}

function place(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  const middle = bytes[at + (length >> 1)] ?? 0;
  const last = bytes[at + length - 1] ?? 0;
  return ((length * 31) ^ (first << 2) ^ (middle << 1) ^ (last << 5)) & (PLACES - 1);
}
