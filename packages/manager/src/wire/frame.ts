// A frame is what crosses between a client and the server, in shared memory or over a socket, without its length:
//   4 bytes  what it is; see frame-kind.ts
//   4 bytes  number of the call, counted by the client; 0 if no answer is expected
//   4 bytes  number of the client in requests, which tells clients apart where all come through one ring; 0 in answers
//   4 bytes  number of the exclusive section it belongs to, counted by the client; 0 for none. Of CREATE: the lower half of
//            the object's number, for the client itself, which may have to say that the frame could not be sent
//   the rest the body, by the codec of the connection; see codec.ts, and flat.ts for short bodies
// All little-endian. The header can be read whatever the body is, so that a body that cannot be decoded is an error of
// its call and not of the connection.
const HEADER_BYTES = 16;

/** A frame, taken apart. */
export interface Frame {
  readonly kind: number;
  readonly call: number;
  readonly client: number;
  readonly section: number;
  /** Often a view of memory that will be used again: copy it to keep it. */
  readonly body: Uint8Array;
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** A frame of the server, or one whose client is filled in later. */
export function newFrame(kind: number, call: number, body = EMPTY): Frame {
  return { kind, call, client: 0, section: 0, body };
}

/** How many bytes it has. */
export function frameLength({ body }: Frame): number {
  return HEADER_BYTES + body.length;
}

export function writeFrame({ kind, call, client, section, body }: Frame, bytes: Uint8Array, at: number): void {
  writeWord(bytes, at, kind);
  writeWord(bytes, at + 4, call);
  writeWord(bytes, at + 8, client);
  writeWord(bytes, at + 12, section);
  bytes.set(body, at + HEADER_BYTES);
}

/** The bytes of the frame, in memory of their own. */
export function packFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(frameLength(frame));
  writeFrame(frame, bytes, 0);
  return bytes;
}

/** What the bytes say, as a view of them; undefined if they are too short to be a frame. */
export function readFrame(bytes: Uint8Array, start = 0, end = bytes.length): Frame | undefined {
  if (end - start < HEADER_BYTES) return undefined;
  return {
    kind: readWord(bytes, start),
    call: readWord(bytes, start + 4),
    client: readWord(bytes, start + 8),
    section: readWord(bytes, start + 12),
    body: bytes.subarray(start + HEADER_BYTES, end),
  };
}

/** The same frame in memory of its own, for later. */
export function keepFrame(frame: Frame): Frame {
  return { ...frame, body: frame.body.slice() };
}

/** The body of a batch. */
export function joinFrames(frames: readonly Frame[]): Uint8Array {
  const body = new Uint8Array(frames.reduce((sum, frame) => sum + 4 + frameLength(frame), 0));
  let at = 0;
  for (const frame of frames) {
    const length = frameLength(frame);
    writeWord(body, at, length);
    writeFrame(frame, body, at + 4);
    at += 4 + length;
  }
  return body;
}

/** The frames in the body of a batch, up to the first that does not fit. Those too short to be a frame are left out. */
export function splitFrames(body: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const end = at + 4 + readWord(body, at);
    if (end > body.length) break;
    const frame = readFrame(body, at + 4, end);
    if (frame !== undefined) frames.push(frame);
    at = end;
  }
  return frames;
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
