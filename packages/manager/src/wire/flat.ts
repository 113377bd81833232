import { shortString } from '@multiprocess/serialization';
import { SerializationError } from '@multiprocess/shared-memory';

// Most calls have few arguments, and those are short: a key, a number. They are written here without the machinery that
// a graph of objects needs, which costs more than all the rest of such a call. First FLAT, then one value behind the
// other up to the end, each after a byte that says what it is:
//   UNDEFINED, NULL, FALSE, TRUE  nothing more
//   INTEGER   4 bytes, signed
//   DOUBLE    8 bytes
//   LATIN     1 byte of length, then as many characters, none above U+00FF
// A call has its object (DOUBLE) and its method (LATIN) first, without the byte that says so. All little-endian.

/** No message of the toolkit's serializer begins so. */
export const FLAT = 0x40;
const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INTEGER = 4;
const DOUBLE = 5;
const LATIN = 6;

const MAX_VALUES = 8;
const MAX_LENGTH = 255;
/** Longer strings are rarely the same again. */
const SHORT = 32;
const DOUBLE_BYTES = 8;

/** What a call says: which method of which object, with what. */
export interface CallBody {
  readonly object: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

// One per thread: its content is copied before it is written again.
const scratch = new Uint8Array(1 + DOUBLE_BYTES + (MAX_VALUES + 1) * (2 + MAX_LENGTH));
const view = new DataView(scratch.buffer);

/** The call, as a view that is valid until the next one; undefined if it is not flat. */
export function encodeFlatCall({ object, method, args }: CallBody): Uint8Array | undefined {
  if (args.length > MAX_VALUES) return undefined;
  scratch[0] = FLAT;
  view.setFloat64(1, object, true);
  let at = writeLatin(1 + DOUBLE_BYTES, method);
  for (let i = 0; i < args.length && at > 0; i++) at = write(at, args[i]);
  return at > 0 ? scratch.subarray(0, at) : undefined;
}

/** The value, likewise. */
export function encodeFlatValue(value: unknown): Uint8Array | undefined {
  scratch[0] = FLAT;
  const end = write(1, value);
  return end > 0 ? scratch.subarray(0, end) : undefined;
}

/** @throws {@link SerializationError} if it is not a call. */
export function decodeFlatCall(bytes: Uint8Array): CallBody {
  const reader = new FlatReader(bytes, 1);
  const object = reader.double();
  const method = reader.latin();
  const args: unknown[] = [];
  while (!reader.isAtEnd) args.push(reader.value());
  return { object, method, args };
}

/** @throws {@link SerializationError} if it is not a single value. */
export function decodeFlatValue(bytes: Uint8Array): unknown {
  const reader = new FlatReader(bytes, 1);
  const value = reader.value();
  if (!reader.isAtEnd) throw damaged();
  return value;
}

/** Where it ends; 0 if it cannot be written. */
function write(at: number, value: unknown): number {
  switch (typeof value) {
    case 'undefined':
      scratch[at] = UNDEFINED;
      return at + 1;
    case 'boolean':
      scratch[at] = value ? TRUE : FALSE;
      return at + 1;
    case 'number':
      return writeNumber(at, value);
    case 'string':
      scratch[at] = LATIN;
      return writeLatin(at + 1, value);
    default:
      if (value !== null) return 0;
      scratch[at] = NULL;
      return at + 1;
  }
}

function writeNumber(at: number, value: number): number {
  if ((value | 0) === value && !Object.is(value, -0)) {
    scratch[at] = INTEGER;
    view.setInt32(at + 1, value, true);
    return at + 5;
  }
  scratch[at] = DOUBLE;
  view.setFloat64(at + 1, value, true);
  return at + 1 + DOUBLE_BYTES;
}

function writeLatin(at: number, value: string): number {
  const { length } = value;
  if (length > MAX_LENGTH) return 0;
  scratch[at] = length;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0xff) return 0;
    scratch[at + 1 + i] = code;
  }
  return at + 1 + length;
}

class FlatReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(): unknown {
    switch (this.#bytes[this.#take(1)]) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return (this.#copyToScratch(4), view.getInt32(0, true));
      case DOUBLE:
        return this.double();
      case LATIN:
        return this.latin();
      default:
        throw damaged();
    }
  }

  double(): number {
    this.#copyToScratch(DOUBLE_BYTES);
    return view.getFloat64(0, true);
  }

  latin(): string {
    const length = this.#bytes[this.#take(1)]!;
    const at = this.#take(length);
    if (length <= SHORT) return shortString(this.#bytes, at, length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString('latin1');
  }

  /** Views of what is read would cost more than copying it. */
  #copyToScratch(length: number): void {
    const from = this.#take(length);
    for (let i = 0; i < length; i++) scratch[i] = this.#bytes[from + i]!;
  }

  #take(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw damaged();
    return at;
  }
}

function damaged(): SerializationError {
  return new SerializationError('The message is damaged: it does not have the form of short messages');
}
