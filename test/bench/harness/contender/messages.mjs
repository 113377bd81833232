/**
 * @typedef {'integer' | 'small object' | '1 KiB' | '64 KiB' | '1 MiB'} Form
 * @typedef {{ make: (i: number) => unknown, check: (message: unknown, i: number) => void }} Messages
 * @typedef {{ id: number, name: string, value: number, tags: string[], ok: boolean }} SmallObject
 */

// As many different buffers as still fit into a cache, so that one received for another shows.
const BUFFERS = 16;

/** @type {Messages} */
const smallObjects = {
  make: (i) => ({ id: i, name: 'measurement', value: i * 0.5, tags: ['alpha', 'beta', 'gamma'], ok: true }),
  check: (message, i) => {
    const { id, name, value, tags, ok } = /** @type {SmallObject} */ (message);
    if (id !== i || name.length !== 11 || value !== i * 0.5 || tags.length !== 3 || !ok) {
      throw new Error(`Message ${i} arrived as ${JSON.stringify(message)}`);
    }
  },
};

/** @type {Messages} */
const integers = {
  make: (i) => i,
  check: (message, i) => {
    if (message !== i) throw new Error(`Message ${i} arrived as ${JSON.stringify(message)}`);
  },
};

/** @param {number} size @returns {Messages} */
function buffers(size) {
  const made = Array.from({ length: BUFFERS }, (_, i) => new Uint8Array(size).fill(i));
  return {
    make: (i) => made[i % BUFFERS],
    check: (message, i) => {
      const bytes = /** @type {Uint8Array} */ (message);
      if (bytes.byteLength !== size || bytes[0] !== i % BUFFERS || bytes[size - 1] !== i % BUFFERS) {
        throw new Error(`Buffer ${i} arrived as ${bytes.byteLength} bytes, the first ${bytes[0]}`);
      }
    },
  };
}

/** @param {Messages} binary @returns {Messages} */
function inBase64({ make, check }) {
  return {
    make: (i) => ({ base64: Buffer.from(/** @type {Uint8Array} */ (make(i)).buffer).toString('base64') }),
    check: (message, i) => check(Buffer.from(/** @type {{ base64: string }} */ (message).base64, 'base64'), i),
  };
}

/** @type {Record<Form, Messages>} */
const binary = {
  integer: integers,
  'small object': smallObjects,
  '1 KiB': buffers(1024),
  '64 KiB': buffers(64 * 1024),
  '1 MiB': buffers(1024 * 1024),
};

/**
 * What is sent, and whether it is what was sent: the i-th message of a round.
 *
 * @param {Form} form
 */
export function messagesOf(form) {
  return binary[form];
}

/**
 * The same for a channel that carries JSON only: bytes go as base64, which is how its users send them.
 *
 * @param {Form} form
 */
export function jsonMessagesOf(form) {
  return form === 'integer' || form === 'small object' ? binary[form] : inBase64(binary[form]);
}
