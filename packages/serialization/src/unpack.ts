import { clearSource, Unpackr } from 'msgpackr/index-no-eval';

// All of this is one a thread, and never used by two at once: msgpackr is given no code that it could call.

// `structuredClone: false` refuses msgpackr's own references: with them a few bytes could stand for a graph that takes
// for ever to walk. `copyBuffers`: a forged message must not get a view of our memory.
const unpackr = new Unpackr({ useRecords: false, structuredClone: false, copyBuffers: true });

const INBOX_BYTES = 64 * 1024;
/** msgpackr remembers the property names of sources that end before this. */
const BEYOND_KEY_CACHE = 256;

// Bytes are copied here first: msgpackr is fastest with one Buffer that it knows, leaves a property on the one it is
// given, and trusts that nobody writes there meanwhile.
const inbox = Buffer.allocUnsafeSlow(BEYOND_KEY_CACHE + INBOX_BYTES);
const range = { start: 0, end: 0 };
let offset = 0;
/** What ended the call before, if anything did. Looked at in the next: there may be no stack left when it happens. */
let failure: unknown;

/** The value of the MessagePack from `start` to the end of `bytes`, which may be anything. */
export function unpack(bytes: Uint8Array, start: number): unknown {
  if (failure !== undefined) recover();
  try {
    return bytes.length <= INBOX_BYTES ? unpackSmall(bytes, start) : unpackLarge(bytes, start);
  } catch (error) {
    failure = error;
    throw error;
  }
}

function recover(): void {
  clearSource();
  // If the stack ends while msgpackr remembers a property name, it remembers it wrongly, for ever.
  if (failure instanceof RangeError && failure.message.includes('stack')) offset = BEYOND_KEY_CACHE;
  failure = undefined;
}

function unpackSmall(bytes: Uint8Array, start: number): unknown {
  inbox.set(bytes, offset);
  range.start = offset + start;
  range.end = offset + bytes.length;
  return unpackr.unpack(inbox, range) as unknown;
}

function unpackLarge(bytes: Uint8Array, start: number): unknown {
  const isShared = !(bytes.buffer instanceof ArrayBuffer);
  const source = isShared ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return unpackr.unpack(source, { start, end: bytes.length }) as unknown;
}
