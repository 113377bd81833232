/** How many bytes of records are taken together. */
export const SCRATCH_BYTES = 2 ** 16;

const bytes = new Uint8Array(SCRATCH_BYTES);

/** Memory that small items are copied to. One per thread, for all its rings: usually, an item is used before the next is taken. */
export const scratch = {
  bytes,
  words: new Int32Array(bytes.buffer),
  /** Set while an item in it is being read: items that are taken meanwhile get memory of their own. */
  inUse: false,
};
