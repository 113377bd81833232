/** What a server replies. Texts are bytes; maps are lists of keys and values. */
export type RespValue = Buffer | number | null | ReplyError | readonly RespValue[];

/** An error that the server replied. */
export class ReplyError extends Error {}

const [LF, DASH] = ['\n'.charCodeAt(0), '-'.charCodeAt(0)];
const TYPE = {
  text: '+'.charCodeAt(0),
  error: DASH,
  integer: ':'.charCodeAt(0),
  bytes: '$'.charCodeAt(0),
  verbatim: '='.charCodeAt(0),
  list: '*'.charCodeAt(0),
  set: '~'.charCodeAt(0),
  map: '%'.charCodeAt(0),
  push: '>'.charCodeAt(0),
  nothing: '_'.charCodeAt(0),
  boolean: '#'.charCodeAt(0),
} as const;
const CRLF_BYTES = 2;
/** A value of which some bytes are still on their way. */
const INCOMPLETE = Symbol('incomplete');

/** Makes values of the bytes that a server sends, in RESP3, however they are cut into pieces. */
export class RespReader {
  readonly #onReply: (value: RespValue) => unknown;
  readonly #onPush: (values: readonly RespValue[]) => unknown;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** What has come of a value of which many bytes are missing: joined when it is whole, and not for each piece. */
  #pieces: Buffer[] = [];
  #missing = 0;

  constructor(onReply: (value: RespValue) => unknown, onPush: (values: readonly RespValue[]) => unknown) {
    this.#onReply = onReply;
    this.#onPush = onPush;
  }

  read(piece: Buffer): void {
    if (this.#pieces.length > 0) {
      this.#pieces.push(piece);
      this.#missing -= piece.length;
      if (this.#missing > 0) return;
      this.#bytes = Buffer.concat(this.#pieces);
      this.#pieces = [];
    } else this.#bytes = piece;
    this.#at = 0;
    this.#missing = 0;
    while (this.#at < this.#bytes.length) {
      const begin = this.#at;
      const isPush = this.#bytes[begin] === TYPE.push;
      const value = this.#value();
      if (value === INCOMPLETE) {
        this.#pieces = [this.#bytes.subarray(begin)];
        return;
      }
      if (isPush) this.#onPush(value as readonly RespValue[]);
      else this.#onReply(value);
    }
  }

  #value(): RespValue | typeof INCOMPLETE {
    const type = this.#bytes[this.#at++];
    switch (type) {
      case TYPE.bytes:
      case TYPE.verbatim:
        return this.#sized();
      case TYPE.integer:
      case TYPE.boolean:
        return this.#number();
      case TYPE.list:
      case TYPE.set:
      case TYPE.push:
        return this.#values(1);
      case TYPE.map:
        return this.#values(2);
      default: {
        const line = this.#line();
        if (line === INCOMPLETE) return INCOMPLETE;
        if (type === TYPE.nothing) return null;
        return type === TYPE.error ? new ReplyError(line.toString()) : line;
      }
    }
  }

  #line(): Buffer | typeof INCOMPLETE {
    const end = this.#bytes.indexOf(LF, this.#at);
    if (end === -1) return INCOMPLETE;
    const line = this.#bytes.subarray(this.#at, end - 1);
    this.#at = end + 1;
    return line;
  }

  /** A whole number; of booleans, 0 for `t` and `f`, which no command here replies. */
  #number(): number | typeof INCOMPLETE {
    const bytes = this.#bytes;
    let at = this.#at;
    let number = 0;
    const isNegative = bytes[at] === DASH;
    if (isNegative) at++;
    for (; at < bytes.length; at++) {
      const digit = bytes[at]! - 48;
      if (digit >= 0 && digit <= 9) number = number * 10 + digit;
      else if (bytes[at] === LF) {
        this.#at = at + 1;
        return isNegative ? -number : number;
      }
    }
    return INCOMPLETE;
  }

  #sized(): Buffer | null | typeof INCOMPLETE {
    const length = this.#number();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length < 0) return null;
    const end = this.#at + length;
    if (end + CRLF_BYTES > this.#bytes.length) {
      this.#missing = end + CRLF_BYTES - this.#bytes.length;
      return INCOMPLETE;
    }
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end + CRLF_BYTES;
    return bytes;
  }

  #values(each: 1 | 2): readonly RespValue[] | null | typeof INCOMPLETE {
    const length = this.#number();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length < 0) return null;
    const values: RespValue[] = [];
    for (let left = length * each; left > 0; left--) {
      const value = this.#value();
      if (value === INCOMPLETE) return INCOMPLETE;
      values.push(value);
    }
    return values;
  }
}
