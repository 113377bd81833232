const { fromCharCode } = String;

/** The string that `length` bytes of ASCII are, or undefined if one of them is none. For short ones faster than a call into the runtime. */
export function asciiText(bytes: Uint8Array, at: number, length: number): string | undefined {
  const end = at + length;
  let all = 0;
  for (let i = at; i < end; i++) all |= bytes[i] as number;
  if (all >= 0x80) return undefined;
  let text = '';
  for (; end - at >= 8; at += 8) text += upToEight(bytes, at, 8);
  return at === end ? text : text + upToEight(bytes, at, end - at);
}

// Only with its arguments written out does V8 compile fromCharCode into the loads and stores that it is.
function upToEight(bytes: Uint8Array, at: number, length: number): string {
  const a = bytes[at] as number;
  const b = bytes[at + 1] as number;
  const c = bytes[at + 2] as number;
  const d = bytes[at + 3] as number;
  if (length < 4) return length === 1 ? fromCharCode(a) : length === 2 ? fromCharCode(a, b) : fromCharCode(a, b, c);
  if (length === 4) return fromCharCode(a, b, c, d);
  const e = bytes[at + 4] as number;
  const f = bytes[at + 5] as number;
  if (length < 7) return length === 5 ? fromCharCode(a, b, c, d, e) : fromCharCode(a, b, c, d, e, f);
  const g = bytes[at + 6] as number;
  if (length === 7) return fromCharCode(a, b, c, d, e, f, g);
  return fromCharCode(a, b, c, d, e, f, g, bytes[at + 7] as number);
}
