// A message of records: one byte, RECORDS, then one value. Values are those of plain data; anything else, and objects
// that are met twice, are sent as `../wire/wire.ts` says. Tokens are those of MessagePack as far as it has them, but numbers
// are little-endian, and there is one that is not in it: RECORD, the number of a shape, and the values of its properties.

/** The first byte: tells such a message from the others. */
export const RECORDS = 0x20;

export const MAX_FIXINT = 0x7f;
export const MIN_FIXINT = -0x20;
export const FIXARRAY = 0x90;
export const MAX_FIXARRAY = 0x0f;
/** ASCII only. */
export const FIXSTR = 0xa0;
export const MAX_FIXSTR = 0x1f;
export const NIL = 0xc0;
export const UNDEFINED = 0xc1;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
/** How many bytes, and the bytes: of a Uint8Array, and of a Buffer. */
export const BYTES_32 = 0xc4;
export const BUFFER_32 = 0xc5;
export const FLOAT_64 = 0xcb;
export const INT_32 = 0xd2;
export const RECORD = 0xd4;
/** Length in bytes, UTF-8. */
export const STR_32 = 0xdb;
export const ARRAY_32 = 0xdd;
/** How many properties, then names and values in turn. */
export const MAP_32 = 0xdf;
