import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthenticationError, clock, ProtocolError } from '@multiprocess/shared-memory';
import type { FramedSocket } from './framed-socket.js';
import { nextFrame } from './next-frame.js';

// Each side proves that it knows the key, without showing it:
//   client  MAGIC, at once: a server of another kind, also one that expects TLS, then says or does something soon
//   server  MAGIC, 1 if a key is needed, its nonce, and the name of its serializer if it is a manager
//   client  MAGIC, 1 if it has one, its nonce, HMAC(key, 'client' server's nonce client's nonce)
//   server  1 and HMAC(key, 'server' server's nonce client's nonce), or 0
// A nonce is 32 random bytes, fresh for each connection: a recorded handshake proves nothing later. The
// two proofs begin with different words, so neither can be sent back as the other. Without a key on either side the
// proofs are absent; with a key on one side only there is no connection. Until the end of it messages have at most
// HANDSHAKE_BYTES, and it has a deadline: a silent caller costs one socket. A client may leave out its first
// MAGIC, as those of older versions do. The serializer's name is not proved: an attacker who changes it keeps the two
// from understanding each other, and no more.
const MAGIC = Buffer.from('MPCONN1\n', 'latin1');
const NONCE_BYTES = 32;
const PROOF_BYTES = 32;
const FLAG = MAGIC.length;
const NONCE = FLAG + 1;
const PROOF = NONCE + NONCE_BYTES;

/** The longest message before both sides know each other. */
export const HANDSHAKE_BYTES = 256;

/** The side that is called. */
interface Host {
  readonly authkey: Uint8Array | undefined;
  /** The serializer of a manager, '' for a listener. */
  readonly serializer: string;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/** The side that calls. */
interface HandshakeClient {
  readonly authkey: Uint8Array | undefined;
  /** The address, for errors. */
  readonly where: string;
  /** When it began, and how many milliseconds it has from then on. */
  readonly began: number;
  readonly timeout: number;
}

/**
 * The side that was called.
 *
 * @throws {@link AuthenticationError} if the other side does not have the same key. It is told.
 * @throws {@link EOFError}, {@link TimeoutError} or {@link ProtocolError} if it is gone, was silent for too long, or is something else altogether.
 */
export async function welcome(socket: FramedSocket, { authkey, serializer, timeout }: Host): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES);
  const deadline = clock.now() + timeout;
  const next = (): Promise<Uint8Array> =>
    nextFrame(socket, Math.max(1, deadline - clock.now()), {
      late: `The caller has not introduced itself within ${timeout} ms`,
      gone: 'The caller has gone before it had introduced itself',
    });
  const answer = next();
  socket.send(Buffer.concat([MAGIC, flag(authkey !== undefined), nonce, Buffer.from(serializer)]));
  let hello = await answer;
  if (MAGIC.equals(hello)) hello = await next();
  if (!isHello(hello)) throw new ProtocolError('What has connected speaks another protocol');
  if (authkey === undefined) {
    if (hello[FLAG] !== 0) throw await refuse(socket, 'The client has a key, and this listener has none');
    socket.send(flag(true));
    return;
  }
  const theirs = hello.subarray(NONCE, PROOF);
  if (hello.length !== PROOF + PROOF_BYTES || !isProof(hello.subarray(PROOF), authkey, 'client', nonce, theirs)) {
    throw await refuse(socket, 'The client has another key, or none');
  }
  socket.send(Buffer.concat([flag(true), proof(authkey, 'server', nonce, theirs)]));
}

/**
 * The side that has called.
 *
 * @returns the serializer of the manager there, '' for a listener
 * @throws {@link AuthenticationError} if the other side does not have the same key.
 * @throws {@link EOFError}, {@link TimeoutError} or {@link ProtocolError} if it is gone, was silent for too long, or is something else altogether.
 */
export async function introduce(
  socket: FramedSocket,
  { authkey, where, began, timeout }: HandshakeClient,
): Promise<string> {
  const next = (): Promise<Uint8Array> => {
    const left = Math.max(1, began + timeout - clock.now());
    return nextFrame(socket, left, {
      late: `What listens at ${where} has not introduced itself within ${timeout} ms: check the address, and set tls if it expects TLS`,
      gone: `What listens at ${where} has ended the connection before it had introduced itself: check the address`,
    });
  };
  const greeting = next();
  if (!socket.isEnded) socket.send(MAGIC);
  const hello = await greeting;
  if (!isHello(hello)) {
    throw new ProtocolError(`What listens at ${where} is neither a manager nor a Listener: check the address`);
  }
  const isKeyNeeded = hello[FLAG] === 1;
  const nonce = randomBytes(NONCE_BYTES);
  const theirs = hello.subarray(NONCE, PROOF);
  const proofs = authkey !== undefined && isKeyNeeded ? [proof(authkey, 'client', theirs, nonce)] : [];
  const answer = next();
  answer.catch(() => undefined); // where it is not awaited
  socket.send(Buffer.concat([MAGIC, flag(authkey !== undefined), nonce, ...proofs]));
  if (isKeyNeeded !== (authkey !== undefined)) {
    throw new AuthenticationError(
      isKeyNeeded
        ? 'The listener wants a key: give authkey'
        : 'The listener has no key: it is not the one that has ours',
    );
  }
  const verdict = await answer;
  if (verdict[0] !== 1) throw new AuthenticationError('The listener has another key');
  if (authkey !== undefined && !isProof(verdict.subarray(1), authkey, 'server', theirs, nonce)) {
    throw new AuthenticationError('The listener does not know the key');
  }
  return Buffer.from(hello.subarray(PROOF)).toString('latin1');
}

function isHello(frame: Uint8Array): boolean {
  return frame.length >= PROOF && MAGIC.equals(frame.subarray(0, MAGIC.length));
}

function flag(value: boolean): Buffer {
  return Buffer.of(Number(value));
}

function proof(key: Uint8Array, role: string, serverNonce: Uint8Array, clientNonce: Uint8Array): Buffer {
  return createHmac('sha256', key).update(role).update(serverNonce).update(clientNonce).digest();
}

function isProof(given: Uint8Array, key: Uint8Array, role: string, server: Uint8Array, client: Uint8Array): boolean {
  return given.length === PROOF_BYTES && timingSafeEqual(given, proof(key, role, server, client));
}

/** Tells the other side, and waits until that has left. */
async function refuse(socket: FramedSocket, message: string): Promise<AuthenticationError> {
  await new Promise<void>((resolve) => {
    socket.send(flag(false));
    socket.socket.end(resolve);
    socket.socket.once('close', () => {
      resolve();
    });
  });
  return new AuthenticationError(message);
}
