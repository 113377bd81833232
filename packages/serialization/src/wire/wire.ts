// A message is one byte, `FORMAT` and flags, then one value in MessagePack (https://msgpack.org). What MessagePack has no
// type for is a tagged array: its first element is undefined, its second says what it is, the rest are its fields. An
// array that begins with undefined is written as one as well: the tag ARRAY, and its elements.
//
// With HAS_BUFFERS, the byte is followed by three zeros and, as a 32-bit number, where the MessagePack ends; its value is
// an array of the value and the table that `buffer-table.ts` describes; the contents of array buffers come after it.

/** The upper half of the first byte: tells a message of another format from one of this. */
export const FORMAT = 0x10;
/** Lower half: there are tagged arrays, so the value is not what MessagePack alone gives. */
export const HAS_TAGS = 0x01;
/** Lower half: contents of array buffers follow the value. */
export const HAS_BUFFERS = 0x02;
/** Lower half: there are tasks or classes, so a receiver that can wait imports their modules first; see `import-needed.ts`. */
export const HAS_MODULES = 0x04;

/** How many bytes come before the MessagePack. */
export const HEADER_BYTES = 1;
/** The same, with HAS_BUFFERS. */
export const BUFFERS_HEADER_BYTES = 8;
/** Where in that header the end of the MessagePack is. */
export const END_AT = 4;

/** Of contents of array buffers, so that any view of a message that is so aligned itself may look at them in place. */
export const ALIGNMENT = 8;

/** What comes next at or after `position`. */
export function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** The second elements of tagged arrays, by what they stand for. A number, once given, keeps its meaning. */
export const Tag = {
  /** The object with that number, counted in the order in which they begin. */
  REFERENCE: 1,
  /** An element that the array does not have. */
  HOLE: 2,
  SPARSE_ARRAY: 3,
  /** A string with half a surrogate pair, which UTF-8 cannot carry. */
  UTF_16: 4,
  /** An array that begins with undefined: its elements. */
  ARRAY: 5,
  DATE: 6,
  REGEXP: 7,
  BOXED: 8,
  MAP: 9,
  SET: 10,
  ARRAY_BUFFER: 11,
  VIEW: 12,
  ERROR: 13,
  DOM_EXCEPTION: 14,
  URL: 15,
  URL_SEARCH_PARAMS: 16,
  SHARED_OBJECT: 17,
  TASK: 18,
  FUNCTION: 19,
  CLASS: 20,
  INSTANCE: 21,
  TYPED_VALUE: 22,
  /** An object with keys that msgpackr changes or cannot write, or too many of them. */
  RECORD: 23,
  /** Memory that processes share: not its contents, but where it is. */
  SHARED_BUFFER: 24,
} as const;
