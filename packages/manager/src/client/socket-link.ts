import { clock } from '@multiprocess/shared-memory';
import type { FramedSocket } from '../net/framed-socket.js';
import { checkFits, MAX_MESSAGE_BYTES } from '../net/socket-connection.js';
import type { Codec } from '../wire/codec.js';
import { frameLength, packFrame, readFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { Link, LinkListener } from './link.js';

/** The way to a server over a socket. */
export class SocketLink implements Link {
  readonly codec: Codec;
  readonly number: number;
  readonly #socket: FramedSocket;
  #wanted: () => boolean = () => false;
  #holdsLoop = true;
  #outbox: Uint8Array[] = [];

  constructor(socket: FramedSocket, number: number, codec: Codec, listener: LinkListener) {
    this.#socket = socket;
    this.number = number;
    this.codec = codec;
    socket.maxBytes = MAX_MESSAGE_BYTES;
    socket.socket.unref();
    socket.receive(
      (bytes) => {
        const frame = readFrame(bytes);
        if (frame !== undefined) listener.onFrame(frame);
        if (!this.#wanted()) socket.socket.unref();
      },
      (cause) => {
        listener.onEnd(cause);
      },
    );
  }

  post(frame: Frame): void {
    checkFits('request', frameLength(frame));
    if (this.#outbox.push(packFrame(frame)) === 1) clock.queueMicrotask(this.flush);
  }

  /**
   * Gives it to the system, which takes what it has room for. The rest may arrive later than what another client learns over
   * its own socket; the server knows that more is to come from this client, and waits for it.
   */
  deliver(): void {
    this.flush();
  }

  listen(wanted: () => boolean): void {
    this.#wanted = wanted;
    if (this.#holdsLoop) this.#socket.socket.ref();
  }

  ref(): void {
    this.#holdsLoop = true;
    if (this.#wanted()) this.#socket.socket.ref();
  }

  unref(): void {
    this.#holdsLoop = false;
    this.#socket.socket.unref();
  }

  checkCanBlock(): void {
    throw new TypeError(
      'Only a manager that shares memory with this program can be asked while the thread is blocked; this one is reached through a socket. Await the form without Sync',
    );
  }

  runSync(): void {
    this.checkCanBlock();
  }

  close(): void {
    this.flush();
    this.#socket.receive(undefined, undefined);
    this.#socket.end();
    this.#socket.socket.once('finish', () => {
      this.#socket.destroy();
    });
  }

  readonly flush = (): void => {
    const frames = this.#outbox;
    this.#outbox = [];
    if (frames.length === 0 || !this.#socket.socket.writable) return;
    this.#socket.socket.cork();
    for (const frame of frames) this.#socket.send(frame);
    this.#socket.socket.uncork();
  };
}
