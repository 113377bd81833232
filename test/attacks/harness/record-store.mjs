// What a codec of records needs of a ring: a table of shapes that grows, and messages to decode.

/**
 * @param {Uint8Array} [bytes] what the table starts with
 * @param {number} [capacity] in bytes
 */
export function shapeStore(bytes = new Uint8Array(0), capacity = Infinity) {
  return {
    bytes,
    get length() {
      return this.bytes.length;
    },
    read(start) {
      return this.bytes.slice(start);
    },
    tryAppend(length, added) {
      if (length !== this.bytes.length || length + added.length > capacity) return false;
      const grown = new Uint8Array(length + added.length);
      grown.set(this.bytes);
      grown.set(added, length);
      this.bytes = grown;
      return true;
    },
  };
}

/**
 * @param {Uint8Array} source
 * @param {boolean} owned
 */
export function itemOf(source, owned) {
  return { source, bytes: source, start: 0, end: source.length, owned, mark: 0 };
}

/**
 * @param {import('@multiprocess/serialization').MessageCodec} codec
 * @param {unknown} value
 */
export function encodeRecord(codec, value) {
  const message = codec.encode(value);
  const bytes = new Uint8Array(message.byteLength);
  message.copyTo(bytes, 0);
  return bytes;
}
