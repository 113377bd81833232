// A frame is what crosses between a client and the server, in shared memory or over a socket, without its length:
//   4 bytes  what it is, one of the numbers below
//   4 bytes  number of the call, counted by the client; 0 if no answer is expected
//   4 bytes  number of the client (requests in shared memory, where all come through one ring), else 0
//   4 bytes  number of the exclusive section it belongs to, counted by the client; 0 for none. Of CREATE: the lower half of
//            the object's number, for the client itself, which may have to say that the frame could not be sent
//   the rest the body, by the codec of the connection; see codec.ts, and flat.ts for what is short
// All little-endian. The header can be read whatever the body is, so that a body that cannot be decoded is an error of
// its call and not of the connection.
export const HEADER_BYTES = 16;

// Requests.
export const CALL = 1; // [object, method, args], or flat
export const CREATE = 2; // [object, type, args]
export const RELEASE = 3; // [object, leases, object, leases, …]
export const LEASE = 4; // object: one lease more, for a proxy that came by another way
export const CANCEL = 5; // the number of a call
export const BATCH = 6; // not encoded: frames, each after its length in 4 bytes; run in a row
export const REGISTER = 7; // a registration
export const INFO = 8; // nothing
export const SHUTDOWN = 9; // nothing
export const HELLO = 10; // [reference of the reply ring, owner id]; in shared memory only
export const BYE = 11; // nothing
export const UNSENT = 12; // [object, error]: there was no memory for its CREATE; its calls fail with that error
export const EXPORT = 13; // object: its handle leaves the client, which may end before it has arrived

// Replies.
export const RESULT = 32; // what was returned
export const FAILURE = 33; // what was thrown
export const CANCELLED = 34; // nothing: the call was given up before it did anything

/** A frame, taken apart. */
export interface Frame {
  readonly kind: number;
  readonly call: number;
  readonly client: number;
  readonly section: number;
  readonly body: Uint8Array;
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** Bytes of memory of its own; `body` is copied. */
export function makeFrame(kind: number, call: number, client: number, section: number, body = EMPTY): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  writeWord(frame, 0, kind);
  writeWord(frame, 4, call);
  writeWord(frame, 8, client);
  writeWord(frame, 12, section);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** What the bytes say; undefined if they are too short to be a frame. */
export function readFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  return {
    kind: readWord(bytes, 0),
    call: readWord(bytes, 4),
    client: readWord(bytes, 8),
    section: readWord(bytes, 12),
    body: bytes.subarray(HEADER_BYTES),
  };
}

/** The same frame in memory of its own, for later. */
export function keepFrame(frame: Frame): Frame {
  return { ...frame, body: frame.body.slice() };
}

/** One body of many frames. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(frames.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const frame of frames) {
    writeWord(body, at, frame.length);
    body.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return body;
}

/** The frames of such a body; what does not fit ends it. */
export function* splitFrames(body: Uint8Array): Generator<Uint8Array, void, void> {
  for (let at = 0; at + 4 <= body.length;) {
    const end = at + 4 + readWord(body, at);
    if (end > body.length) return;
    yield body.subarray(at + 4, end);
    at = end;
  }
}

export function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

export function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
