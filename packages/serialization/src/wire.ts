// A message is one byte (format and flags), one value in MessagePack (https://msgpack.org, big-endian), and the contents
// of its array buffers. What MessagePack has no type for is an extension; its payload is MessagePack again.

/** The upper half of the first byte: tells a message of another format from one of this. */
export const FORMAT = 0x10;
/** Lower half: some object occurs twice, so the decoder must number the objects it makes. */
export const HAS_REFERENCES = 0x01;
/** Lower half: contents of array buffers follow the value; see `buffer-table.ts`. */
export const HAS_BUFFERS = 0x02;

/** MessagePack's own tokens, those that are written. Anything else is refused. */
export const Token = {
  FIX_ARRAY: 0x90,
  FIX_STR: 0xa0,
  NIL: 0xc0,
  FALSE: 0xc2,
  TRUE: 0xc3,
  EXT_32: 0xc9,
  FLOAT_64: 0xcb,
  UINT_8: 0xcc,
  UINT_16: 0xcd,
  INT_8: 0xd0,
  INT_16: 0xd1,
  INT_32: 0xd2,
  INT_64: 0xd3,
  FIX_EXT_1: 0xd4,
  FIX_EXT_4: 0xd6,
  STR_8: 0xd9,
  STR_16: 0xda,
  STR_32: 0xdb,
  ARRAY_32: 0xdd,
  MAP_16: 0xde,
  MAP_32: 0xdf,
  NEGATIVE: 0xe0,
} as const;

/** The extensions, by what they stand for. A number, once given, keeps its meaning. */
export const Extension = {
  UNDEFINED: 0,
  /** The object with that number, counted in the order in which they begin. */
  REFERENCE: 1,
  /** An element that the array does not have. */
  HOLE: 2,
  SPARSE_ARRAY: 3,
  /** A string with half a surrogate pair, which UTF-8 cannot carry. */
  UTF_16: 4,
  BIGINT: 5,
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
} as const;
