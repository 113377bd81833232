import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthenticationError, EOFError, LongTimer, TimeoutError } from '@multiprocess/shared-memory';
import type { FramedSocket } from './framed-socket.js';

// Each side proves that it knows the key, without showing it:
//   server  MAGIC, 1 if a key is needed, its nonce
//   client  MAGIC, 1 if it has one, its nonce, HMAC(key, 'client' server's nonce client's nonce)
//   server  1 and HMAC(key, 'server' server's nonce client's nonce), or 0
// A nonce is 32 random bytes, fresh for each connection: a handshake that somebody has recorded proves nothing later. The
// two proofs begin with different words, so neither can be sent back as the other. Without a key on either side the
// proofs are absent; with a key on one side only there is no connection. Until the end of it messages have at most
// HANDSHAKE_BYTES, and it has a deadline: who is silent keeps nothing but his own socket.
const MAGIC = Buffer.from('MPCONN1\n', 'latin1');
const NONCE_BYTES = 32;
const PROOF_BYTES = 32;
const FLAG = MAGIC.length;
const NONCE = FLAG + 1;
const PROOF = NONCE + NONCE_BYTES;

/** The longest message before both sides know each other. */
export const HANDSHAKE_BYTES = 256;

/**
 * The side that was called.
 *
 * @throws {AuthenticationError} If the other side has not the same key. It is told.
 * @throws {EOFError | TimeoutError} If it is gone, is something else altogether, or was silent for too long.
 */
export async function welcome(socket: FramedSocket, authkey: Uint8Array | undefined, timeout: number): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES);
  const answer = nextFrame(socket, timeout);
  socket.send(Buffer.concat([MAGIC, flag(authkey !== undefined), nonce]));
  const hello = await answer;
  if (!isHello(hello)) throw new EOFError('What has connected speaks another protocol');
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
 * @throws {AuthenticationError} If the other side has not the same key.
 * @throws {EOFError | TimeoutError} If it is gone, is something else altogether, or was silent for too long.
 */
export async function introduce(socket: FramedSocket, authkey: Uint8Array | undefined, timeout: number): Promise<void> {
  const hello = await nextFrame(socket, timeout);
  if (!isHello(hello)) throw new EOFError('What listens there speaks another protocol');
  const isKeyNeeded = hello[FLAG] === 1;
  const nonce = randomBytes(NONCE_BYTES);
  const theirs = hello.subarray(NONCE, PROOF);
  const proofs = authkey !== undefined && isKeyNeeded ? [proof(authkey, 'client', theirs, nonce)] : [];
  const answer = nextFrame(socket, timeout);
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

function nextFrame(socket: FramedSocket, timeout: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const timer = new LongTimer(timeout, () => {
      settle(() => {
        reject(new TimeoutError(`The other side said nothing for ${timeout} ms`));
      });
    });
    const settle = (how: () => void): void => {
      timer.cancel();
      socket.receive(undefined, undefined);
      how();
    };
    socket.receive(
      (frame) => {
        settle(() => {
          resolve(Buffer.from(frame));
        });
      },
      (cause) => {
        settle(() => {
          reject(new EOFError('The other side has gone before it had introduced itself', { cause }));
        });
      },
    );
  });
}
