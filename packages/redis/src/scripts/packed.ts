const LENGTH_BYTES = 4;
const NONE = 0xffffffff;

/** The items of an answer, as `pack` in the scripts writes them; undefined where there was none. */
export function unpackItems(bytes: Buffer): (Buffer | undefined)[] {
  const items: (Buffer | undefined)[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    at += LENGTH_BYTES;
    if (length === NONE) {
      items.push(undefined);
      continue;
    }
    items.push(bytes.subarray(at, at + length));
    at += length;
  }
  return items;
}

/** The only item, if there is one. */
export function firstItem(bytes: Buffer): Buffer | undefined {
  return bytes.length === 0 ? undefined : bytes.subarray(LENGTH_BYTES);
}
