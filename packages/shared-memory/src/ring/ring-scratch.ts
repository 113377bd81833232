/** So many bytes of records are taken together, if there are as many. */
export const SCRATCH_BYTES = 2 ** 16;

const bytes = new Uint8Array(SCRATCH_BYTES);

// One a thread, for all its rings: what is taken is made use of before anything else is taken, as a rule.
/** Where small items are copied to. */
export const scratch = {
  bytes,
  words: new Int32Array(bytes.buffer),
  /** Set while an item that lies in here is still being read: what is taken meanwhile gets memory of its own. */
  inUse: false,
};
